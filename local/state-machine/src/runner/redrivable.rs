//! Which executions redrive can continue.

use jiff::{SignedDuration, Timestamp};

use crate::api::Status;
use crate::definition::State;
use crate::journal::Execution;
use crate::machine::Machine;

/// Step Functions' redrivable period.
const PERIOD: SignedDuration = SignedDuration::from_hours(24 * 14);

pub(super) const RUNNING: &str = "Execution is RUNNING and cannot be redriven";
const SUCCEEDED: &str = "Execution is SUCCEEDED and cannot be redriven";
const PERIOD_EXCEEDED: &str = "Execution redrivable period exceeded";
const NO_TASK: &str = "Execution did not end in a task and cannot be redriven";

/// The reason why not, in Step Functions' words if it has them. `machine` is absent when it is no
/// longer loaded.
pub(super) fn check(
    execution: &Execution,
    machine: Option<&Machine>,
    now: Timestamp,
) -> Result<(), &'static str> {
    let state = machine.and_then(|machine| machine.definition.state(&execution.position.state));
    let in_task = matches!(state, Some(State::Task(_)));
    let age = execution.stopped.map(|stopped| now.duration_since(stopped)).unwrap_or_default();
    match execution.status {
        Status::Running => Err(RUNNING),
        Status::Succeeded => Err(SUCCEEDED),
        _ if !in_task => Err(NO_TASK),
        _ if age > PERIOD => Err(PERIOD_EXCEEDED),
        _ => Ok(()),
    }
}
