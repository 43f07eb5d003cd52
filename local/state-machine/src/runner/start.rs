//! `StartExecution`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;

use super::{Runner, core::Core};
use crate::api::{ApiError, Started, Status};
use crate::definition::Definition;
use crate::history::Event;
use crate::interpret::{Position, too_large};
use crate::journal::{Begun, Execution};
use crate::machine::Machine;
use crate::name;

/// A place among the executions that wait for their first turn: [`Runner::place`] takes it, and the
/// execution gives it up when its first step begins.
#[derive(Debug)]
pub struct Place(#[expect(dead_code, reason = "it is held, not read")] OwnedSemaphorePermit);

impl Runner {
    /// Waits for a place for a new execution, in the order of asking. A caller that does not wait
    /// for ever, and starts nothing without a place, never has more executions than can be served.
    ///
    /// # Errors
    /// When the runner is shutting down.
    pub async fn place(&self) -> Result<Place, ApiError> {
        let permit = Arc::clone(&self.core.places).acquire_owned();
        let permit = self.core.closing.run_until_cancelled(permit).await;
        permit.and_then(Result::ok).map(Place).ok_or(ApiError::ShuttingDown)
    }

    /// Starts an execution, and returns once it is durable. `machine` is a machine's name or ARN.
    ///
    /// Starting again under the same name with exactly the same input text, while the execution
    /// runs, returns the same execution. As on AWS the texts are compared, not their meaning: other
    /// white space means another input.
    ///
    /// # Errors
    /// When the name, the input or the machine is not valid; when the name is taken; when starts
    /// are being throttled, the runner is shutting down, or the journal fails.
    pub async fn start(
        &self,
        machine: &str,
        name: &str,
        input: &str,
        trace_header: Option<String>,
    ) -> Result<Started, ApiError> {
        self.start_in(None, machine, name, input, trace_header).await
    }

    /// Starts an execution in a place, if one was taken for it; else as [`Runner::start`].
    ///
    /// # Errors
    /// As [`Runner::start`].
    pub async fn start_in(
        &self,
        place: Option<Place>,
        machine: &str,
        name: &str,
        input: &str,
        trace_header: Option<String>,
    ) -> Result<Started, ApiError> {
        self.core.throttle()?;
        let machine = self.core.machine(machine)?;
        if let Some(why) = name::refusal(name) {
            return Err(ApiError::InvalidName(why));
        }
        let data = checked_input(input)?;
        let execution = self.core.execution(&machine, name, input, data, trace_header);
        let core = Arc::clone(&self.core);
        self.detached(async move { core.begin(execution, machine, place).await }).await
    }
}

fn checked_input(input: &str) -> Result<Value, ApiError> {
    let refused = ApiError::InvalidExecutionInput;
    let data: Value =
        serde_json::from_str(input).map_err(|error| refused(format!("not JSON: {error}")))?;
    match too_large(&data, input.len()) {
        Some(why) => Err(refused(format!("the input {why}"))),
        None => Ok(data),
    }
}

impl Core {
    fn throttle(&self) -> Result<(), ApiError> {
        let one_less = |left: u32| left.checked_sub(1);
        match self.throttled.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less) {
            Ok(_) => Err(ApiError::Throttled),
            Err(_) => Ok(()),
        }
    }

    fn execution(
        &self,
        machine: &Machine,
        name: &str,
        input: &str,
        data: Value,
        trace_header: Option<String>,
    ) -> Execution {
        let started = self.now();
        Execution {
            arn: machine.execution_arn(name),
            machine_arn: machine.arn.clone(),
            name: name.to_owned(),
            input: input.to_owned(),
            trace_header,
            started,
            status: Status::Running,
            position: Position::enter(machine.definition.start_at(), data, started),
            stopped: None,
            output: None,
            error: None,
            cause: None,
            redrive_count: 0,
            redriven: None,
        }
    }

    async fn begin(
        self: &Arc<Self>,
        execution: Execution,
        machine: Arc<Machine>,
        place: Option<Place>,
    ) -> Result<Started, ApiError> {
        let events = first_events(&execution, &machine.definition);
        match self.journal.begin(execution.clone(), events).await? {
            Begun::New => {
                self.tell(&execution);
                self.launch(&execution, execution.position.clone(), 0, machine, place);
                Ok(started(&execution))
            }
            Begun::Taken(taken)
                if taken.status == Status::Running && taken.input == execution.input =>
            {
                Ok(started(&taken))
            }
            Begun::Taken(taken) => Err(ApiError::ExecutionAlreadyExists(taken.arn)),
        }
    }
}

fn first_events(execution: &Execution, definition: &Definition) -> Vec<Event> {
    let position = &execution.position;
    let kind = definition.kind_of(&position.state);
    vec![
        Event::execution_started(&execution.input),
        Event::state_entered(kind, &position.state, &position.input),
    ]
}

fn started(execution: &Execution) -> Started {
    Started { execution_arn: execution.arn.clone(), start_date: execution.started }
}
