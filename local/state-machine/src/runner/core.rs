//! The state that all executions of a runner share.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::live::Live;
use super::retention::Retention;
use super::turns::Turns;
use crate::api::{ApiError, Description};
use crate::interpret::{Identity, Jitter};
use crate::invoker::Invoker;
use crate::journal::Journal;
use crate::machine::Machine;
use crate::time::to_millis;
use crate::timer::Timer;

pub(super) struct Core {
    pub(super) journal: Journal,
    pub(super) machines: Vec<Arc<Machine>>,
    pub(super) opened: Timestamp,
    pub(super) invoker: Arc<dyn Invoker>,
    pub(super) timer: Arc<dyn Timer>,
    pub(super) jitter: Jitter,
    /// One for each step that may be in flight at once.
    pub(super) turns: Turns,
    /// One permit for each execution that may wait for its first turn.
    pub(super) places: Arc<Semaphore>,
    pub(super) live: Live,
    pub(super) closing: CancellationToken,
    pub(super) tasks: TaskTracker,
    /// How many starts are still to be throttled.
    pub(super) throttled: AtomicU32,
    pub(super) retention: Retention,
    pub(super) news: Option<UnboundedSender<Description>>,
}

/// What a driver needs to know about its execution.
pub(super) struct Run {
    pub(super) identity: Identity,
    pub(super) machine: Arc<Machine>,
    pub(super) trace_header: Option<String>,
    /// The number of redrives so far: it distinguishes this run from earlier runs of the execution.
    pub(super) number: u32,
}

impl Core {
    /// The present time at the journal's precision.
    pub(super) fn now(&self) -> Timestamp {
        to_millis(self.timer.now())
    }

    /// The machine with that name or ARN.
    pub(super) fn machine(&self, key: &str) -> Result<Arc<Machine>, ApiError> {
        let found = self.machines.iter().find(|machine| machine.name == key || machine.arn == key);
        found.cloned().ok_or_else(|| ApiError::StateMachineDoesNotExist(key.to_owned()))
    }
}
