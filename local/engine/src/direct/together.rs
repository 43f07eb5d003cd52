//! Calls that are done one after the other and answered together, once what they wrote is on disk.

/// How a call is answered: with this failure in place of its outcome, if there is one.
type Reply = Box<dyn FnOnce(Option<&str>)>;

/// The calls that wait for the disk.
#[derive(Default)]
pub(super) struct Together {
    waiting: Vec<Reply>,
}

impl Together {
    /// A call was done. A read is answered at once, unless it may have seen what is not on disk.
    pub(super) fn done(&mut self, is_write: bool, reply: impl FnOnce(Option<&str>) + 'static) {
        if is_write || !self.waiting.is_empty() {
            self.waiting.push(Box::new(reply));
        } else {
            reply(None);
        }
    }

    /// Answers all calls, after one `sync` if any of them waits for it.
    pub(super) fn answer<E: ToString>(self, sync: impl FnOnce() -> Result<(), E>) {
        if self.waiting.is_empty() {
            return;
        }
        let failure = sync().err().map(|error| error.to_string());
        self.waiting.into_iter().for_each(|reply| reply(failure.as_deref()));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use rstest::rstest;

    use super::*;

    /// What happens to calls, which are writes where their names begin with `w`.
    #[rstest]
    #[case::a_read_that_saw_a_write_waits_too(
        &["r1", "w1", "r2", "w2"], Ok(()), &["r1 done", "sync", "w1 done", "r2 done", "w2 done"],
    )]
    #[case::reads_alone_wait_for_nothing(&["r1", "r2"], Ok(()), &["r1 done", "r2 done"])]
    #[case::no_write_is_done_when_the_log_fails(
        &["w1", "w2"], Err("failed"), &["sync", "w1 failed", "w2 failed"],
    )]
    fn calls_are_answered_after_one_sync(
        #[case] calls: &[&'static str],
        #[case] synced: Result<(), &'static str>,
        #[case] expected: &[&str],
    ) {
        let told = Rc::new(RefCell::new(Vec::new()));
        let mut together = Together::default();
        for &call in calls {
            let told = Rc::clone(&told);
            together.done(call.starts_with('w'), move |failure| {
                told.borrow_mut().push(format!("{call} {}", failure.unwrap_or("done")));
            });
        }
        together.answer(|| {
            told.borrow_mut().push("sync".to_owned());
            synced
        });
        assert_eq!(*told.borrow(), expected);
    }
}
