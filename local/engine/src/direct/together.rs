//! Calls that are done one after the other and answered together, once what they wrote is on disk.

/// How a call is answered: with this failure in place of its outcome, if there is one.
type Reply = Box<dyn FnOnce(Option<&str>) + Send>;

/// A call that was done and is not answered.
pub(super) struct Done {
    /// Whether it may have changed the database.
    is_write: bool,
    reply: Reply,
}

impl Done {
    pub(super) fn new(is_write: bool, reply: impl FnOnce(Option<&str>) + Send + 'static) -> Self {
        Self { is_write, reply: Box::new(reply) }
    }
}

/// The calls that wait for the disk.
#[derive(Default)]
pub(super) struct Together {
    waiting: Vec<Reply>,
}

impl Together {
    /// Adds a call in the order in which all were done. A read is answered at once, unless it may
    /// have seen what is not on disk.
    pub(super) fn add(&mut self, Done { is_write, reply }: Done) {
        if is_write || !self.waiting.is_empty() {
            self.waiting.push(reply);
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
    use std::sync::{Arc, Mutex};

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
        let told = Arc::new(Mutex::new(Vec::new()));
        let mut together = Together::default();
        for &call in calls {
            let told = Arc::clone(&told);
            together.add(Done::new(call.starts_with('w'), move |failure| {
                told.lock().unwrap().push(format!("{call} {}", failure.unwrap_or("done")));
            }));
        }
        together.answer(|| {
            told.lock().unwrap().push("sync".to_owned());
            synced
        });
        assert_eq!(*told.lock().unwrap(), expected);
    }
}
