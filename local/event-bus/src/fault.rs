//! The switch for faults: a test decides which call or entry goes wrong, and how.

use event_pattern::EventJson;

use crate::entry::{Entry, EntryFailure};
use crate::error::AwsError;

/// What happens to a whole call instead of its answer.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The client gets this error.
    Error(AwsError),
    /// The client gets no answer until it gives up.
    Hang,
}

/// Makes calls and entries fail on purpose. By default every method lets everything pass. Calls run
/// at the same time, so state needs a lock or an atomic.
pub trait Interceptor: Send + Sync {
    /// Called before `operation` (such as `PutEvents`) does anything. A fault here means that
    /// nothing has happened.
    fn before(&self, operation: &str) -> Option<Fault> {
        let _ = operation;
        None
    }

    /// Called for each valid entry of `PutEvents`. A failure refuses only that entry.
    fn entry(&self, entry: &Entry) -> Option<EntryFailure> {
        let _ = entry;
        None
    }

    /// Called before the rule with this name is asked about an event. A panic is this rule's
    /// failure, as if its matcher had panicked.
    fn rule(&self, name: &str, event: &EventJson) {
        let _ = (name, event);
    }

    /// Called when `operation` is done. A fault here means that the call took effect and only its
    /// answer is lost.
    fn after(&self, operation: &str) -> Option<Fault> {
        let _ = operation;
        None
    }
}

/// A function is asked about each entry.
impl<F: Fn(&Entry) -> Option<EntryFailure> + Send + Sync> Interceptor for F {
    fn entry(&self, entry: &Entry) -> Option<EntryFailure> {
        self(entry)
    }
}

/// Lets everything pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFaults;

impl Interceptor for NoFaults {}

impl Fault {
    /// Resolves to the error to answer with, or never.
    pub(crate) async fn strike(self) -> AwsError {
        match self {
            Self::Error(error) => error,
            Self::Hang => std::future::pending().await,
        }
    }
}
