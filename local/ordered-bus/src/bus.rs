//! The bus: checks a call, drops repeats, and passes the rest on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError};

use domain::Clock;
use tokio::sync::Mutex;

use crate::outcome::Outcome;
use crate::recent::Recent;
use crate::refusal::Refusal;
use crate::repeats::told_apart;
use crate::sink::Sink;
use crate::tape::{Published, Tape};
use crate::verdict::Verdict;
use crate::wire::{Entry, Input, Output};

/// The most entries and bytes of one call.
const MOST_ENTRIES: usize = 100;
const MOST_BYTES: usize = 1024 * 1024;

/// One bus. Clones share it.
pub struct OrderedBus<S = Tape>(Arc<Shared<S>>);

impl<S> Clone for OrderedBus<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

struct Shared<S> {
    arn: String,
    clock: Arc<dyn Clock>,
    sink: S,
    /// Held for a whole call: so the order of a group is the order of its calls.
    recent: Mutex<Recent>,
    failure: Lock<Option<(&'static str, u16)>>,
    calls: AtomicUsize,
    dropped: AtomicUsize,
}

impl<S: Sink> OrderedBus<S> {
    /// A bus with this ARN that passes what it accepts to `sink`. The time for which it knows
    /// repeats is measured by `clock`; it knows these from before.
    pub(crate) fn over(
        arn: impl Into<String>,
        clock: Arc<dyn Clock>,
        sink: S,
        recent: Recent,
    ) -> Self {
        Self(Arc::new(Shared {
            arn: arn.into(),
            clock,
            sink,
            recent: Mutex::new(recent),
            failure: Lock::default(),
            calls: AtomicUsize::new(0),
            dropped: AtomicUsize::new(0),
        }))
    }

    /// Answers every call with this error.
    pub fn fail(&self, code: &'static str, status: u16) {
        *lock(&self.0.failure) = Some((code, status));
    }

    /// How many calls it has had.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    /// How many repeats it has dropped.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.0.dropped.load(Ordering::SeqCst)
    }

    pub(crate) async fn put(&self, input: Input) -> Result<Output, Refusal> {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        if let Some((code, status)) = *lock(&self.0.failure) {
            return Err(Refusal::new(code, status, "as told".to_owned()));
        }
        if input.event_bus_arn != self.0.arn {
            return Err(Refusal::no_bus());
        }
        check(&input)?;
        let (bus, entries) = (self.clone(), input.identified());
        // A caller that goes away must not leave events behind of which no repeat is known.
        let accepted = tokio::spawn(async move { bus.accept(entries).await }).await;
        let failed = |_| Refusal::new("InternalException", 500, "the call broke off".to_owned());
        accepted.map(Output::of).map_err(failed)
    }

    /// Drops the repeats. The sink gets the rest.
    async fn accept(&self, entries: Vec<Entry>) -> Vec<Outcome> {
        let mut recent = self.0.recent.lock().await;
        let now = self.0.clock.now();
        let (fresh, plans) = told_apart(entries, &recent, now);
        let answers = self.0.sink.accept(fresh).await;
        let outcomes = plans.carried_out(&answers, &mut recent, now);
        let dropped = outcomes.iter().filter(|it| matches!(it, Outcome::Deduplicated(_))).count();
        self.0.dropped.fetch_add(dropped, Ordering::SeqCst);
        outcomes
    }
}

impl OrderedBus {
    /// An empty bus that keeps what it accepts.
    #[must_use]
    pub fn new(arn: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self::over(arn, clock, Tape::default(), Recent::default())
    }

    /// Answers each entry for which `choose` gives an error code with that error; replaces what was
    /// chosen before.
    pub fn refuse(&self, choose: impl FnMut(&Entry) -> Option<&'static str> + Send + 'static) {
        self.0.sink.refuse(Some(Box::new(choose)));
    }

    /// Refuses nothing any more, and answers calls.
    pub fn accept_all(&self) {
        self.0.sink.refuse(None);
        *lock(&self.0.failure) = None;
    }

    /// The accepted events, in the order in which they were published.
    #[must_use]
    pub fn published(&self) -> Vec<Published> {
        self.0.sink.published()
    }

    /// What a FIFO subscriber of the whole bus saw.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict::of(&self.published())
    }

    /// Forgets what was published, and its repeats.
    pub async fn forget(&self) {
        *self.0.recent.lock().await = Recent::default();
        self.0.dropped.store(0, Ordering::SeqCst);
        self.0.sink.forget();
    }
}

/// AWS publishes nothing of a call that breaks one of these.
fn check(input: &Input) -> Result<(), Refusal> {
    let bytes: usize = input.entries.iter().map(Entry::bytes).sum();
    if !(1..=MOST_ENTRIES).contains(&input.entries.len()) || bytes > MOST_BYTES {
        let entries = input.entries.len();
        return Err(Refusal::invalid(format!("{entries} entries of {bytes} bytes")));
    }
    input.entries.iter().try_for_each(Entry::check)
}

fn lock<T>(mutex: &Lock<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
