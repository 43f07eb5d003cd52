//! EventBridge's ordered bus in memory, for tests: `PutEvents` in its own protocol, Smithy RPC v2
//! CBOR, with event groups, deduplication and sequence numbers.
//!
//! What it keeps is what a FIFO subscriber of the whole bus is given: the accepted events, each
//! group's in the order in which they were published. [`Verdict`] judges that.
//!
//! Sources: `PutEvents` in the `EventBridgeV2` API reference, "Ordering and deduplicating events on
//! a Custom Event Bus" in the EventBridge user guide, "Smithy RPC v2 CBOR protocol".

mod log;
mod outcome;
mod server;
mod verdict;
mod wire;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Clock;

use log::Log;
use outcome::Outcome;
use wire::{Input, Output, Refusal};

pub use log::Published;
pub use server::Served;
pub use verdict::Verdict;
pub use wire::{Entry, SystemMetadata};

/// The most entries and bytes of one call.
const MOST_ENTRIES: usize = 100;
const MOST_BYTES: usize = 1024 * 1024;

type Choose = Box<dyn FnMut(&Entry) -> Option<&'static str> + Send>;

/// One bus. Clones share it.
#[derive(Clone)]
pub struct OrderedBus(Arc<Shared>);

struct Shared {
    arn: String,
    clock: Arc<dyn Clock>,
    log: Mutex<Log>,
    choose: Mutex<Option<Choose>>,
    failure: Mutex<Option<(&'static str, u16)>>,
    calls: AtomicUsize,
}

impl OrderedBus {
    /// An empty bus with this ARN. Its window for repeats is measured by `clock`.
    #[must_use]
    pub fn new(arn: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        let arn = arn.into();
        let (log, choose, failure) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self(Arc::new(Shared { arn, clock, log, choose, failure, calls: AtomicUsize::new(0) }))
    }

    /// Answers each entry for which `choose` gives an error code with that error; replaces what was
    /// chosen before.
    pub fn refuse(&self, choose: impl FnMut(&Entry) -> Option<&'static str> + Send + 'static) {
        *lock(&self.0.choose) = Some(Box::new(choose));
    }

    /// Answers every call with this error.
    pub fn fail(&self, code: &'static str, status: u16) {
        *lock(&self.0.failure) = Some((code, status));
    }

    /// Refuses nothing any more.
    pub fn accept_all(&self) {
        *lock(&self.0.choose) = None;
        *lock(&self.0.failure) = None;
    }

    /// How many calls it has had.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    /// The accepted events, in the order in which they were published.
    #[must_use]
    pub fn published(&self) -> Vec<Published> {
        lock(&self.0.log).events.clone()
    }

    /// How many repeats the bus has dropped.
    #[must_use]
    pub fn dropped(&self) -> usize {
        lock(&self.0.log).dropped
    }

    /// Forgets what was published, and its repeats.
    pub fn forget(&self) {
        *lock(&self.0.log) = Log::default();
    }

    /// What a FIFO subscriber of the whole bus saw.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict::of(&lock(&self.0.log).events)
    }

    fn put(&self, input: Input) -> Result<Output, Refusal> {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        if let Some((code, status)) = *lock(&self.0.failure) {
            return Err(Refusal::told(code, status));
        }
        if input.event_bus_arn != self.0.arn {
            return Err(Refusal::not_found());
        }
        check(&input)?;
        let now = self.0.clock.now();
        let (mut log, mut choose) = (lock(&self.0.log), lock(&self.0.choose));
        let answers = input.entries.into_iter().map(|entry| {
            match choose.as_mut().and_then(|choose| choose(&entry)) {
                Some(code) => Outcome::Failed(code),
                None => log.add(entry, now),
            }
        });
        Ok(Output::of(answers.collect()))
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
