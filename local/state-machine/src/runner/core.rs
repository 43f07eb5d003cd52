//! What all executions of a runner share.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::driver::Driver;
use super::live::Live;
use crate::api::ApiError;
use crate::interpret::{Identity, Jitter, Position};
use crate::invoker::Invoker;
use crate::journal::{Execution, Journal};
use crate::machine::Machine;
use crate::time::to_millis;
use crate::timer::Timer;

pub(super) struct Core {
    pub(super) journal: Journal,
    pub(super) machines: Vec<Arc<Machine>>,
    pub(super) invoker: Arc<dyn Invoker>,
    pub(super) timer: Arc<dyn Timer>,
    pub(super) jitter: Jitter,
    /// One permit for each step that may be under way at a time.
    pub(super) steps: Arc<Semaphore>,
    pub(super) live: Live,
    pub(super) closing: CancellationToken,
    pub(super) tasks: TaskTracker,
    /// How many starts are still to be throttled.
    pub(super) throttled: AtomicU32,
}

/// What a driver needs to know of its execution.
pub(super) struct Run {
    pub(super) identity: Identity,
    pub(super) machine: Arc<Machine>,
    pub(super) trace_header: Option<String>,
    /// The number of redrives so far: it tells this run from earlier ones of the same execution.
    pub(super) number: u32,
}

impl Core {
    /// The present time as the journal can keep it.
    pub(super) fn now(&self) -> Timestamp {
        to_millis(self.timer.now())
    }

    /// The machine of that name or ARN.
    pub(super) fn machine(&self, key: &str) -> Result<Arc<Machine>, ApiError> {
        let found = self.machines.iter().find(|machine| machine.name == key || machine.arn == key);
        found.cloned().ok_or_else(|| ApiError::StateMachineDoesNotExist(key.to_owned()))
    }

    /// Drives an execution that the journal holds as running, from its position on, as run
    /// `number`.
    pub(super) fn launch(
        self: &Arc<Self>,
        execution: &Execution,
        position: Position,
        number: u32,
        machine: Arc<Machine>,
    ) {
        let run = Run {
            identity: identity(execution, &machine, number),
            machine,
            trace_header: execution.trace_header.clone(),
            number,
        };
        let entry = self.live.enter(&execution.arn, number);
        self.tasks.spawn(Driver::new(Arc::clone(self), run, entry).drive(position));
    }
}

fn identity(execution: &Execution, machine: &Machine, redrives: u32) -> Identity {
    Identity {
        arn: execution.arn.clone(),
        name: execution.name.clone(),
        machine_arn: machine.arn.clone(),
        machine_name: machine.name.clone(),
        // It was checked when the execution started.
        input: serde_json::from_str(&execution.input).unwrap_or(Value::Null),
        started: execution.started,
        redrives,
    }
}
