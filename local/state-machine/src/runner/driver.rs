//! Drives one execution, state by state. Each step is in the journal before it takes effect.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::core::{Core, Run};
use super::live::Entry;
use super::start::Place;
use super::step;
use super::turns::Turn;
use crate::definition::{State, Task};
use crate::history::Event;
use crate::interpret::{Failure, Identity, Position, judge};
use crate::journal::{Advance, Ending, Execution, JournalError};
use crate::machine::Machine;

/// The wait before a failed write to the journal is retried.
const JOURNAL_RETRY: Duration = Duration::from_secs(1);

const LOST_STATE: &str = "The definition no longer has the execution's current state.";

type Outcome = Result<Value, Failure>;

pub(super) struct Driver {
    pub(super) core: Arc<Core>,
    pub(super) run: Run,
    pub(super) entry: Entry,
}

impl Core {
    /// Drives an execution that the journal holds as running, from its position, as run `number`.
    /// It gives up its place when it has its first turn.
    pub(super) fn launch(
        self: &Arc<Self>,
        execution: &Execution,
        position: Position,
        number: u32,
        machine: Arc<Machine>,
        place: Option<Place>,
    ) {
        let run = Run {
            identity: identity(execution, &machine, number),
            machine,
            trace_header: execution.trace_header.clone(),
            number,
        };
        let entry = self.live.enter(&execution.arn, number);
        self.tasks.spawn(Driver { core: Arc::clone(self), run, entry }.drive(position, place));
    }
}

impl Driver {
    /// Continues until the execution ends, is stopped, or the runner shuts down.
    async fn drive(self, mut position: Position, mut place: Option<Place>) {
        let mut turn = None;
        while let Some(next) = self.step(&position, &mut place, &mut turn).await {
            position = next;
        }
    }

    /// The next position; `None` when this driver has no more to do.
    async fn step(
        &self,
        position: &Position,
        place: &mut Option<Place>,
        turn: &mut Option<Turn>,
    ) -> Option<Position> {
        match self.run.machine.definition.state(&position.state) {
            Some(State::Task(task)) => {
                *turn = Some(self.turn(turn.take(), position).await?);
                *place = None;
                self.task(task, position).await
            }
            Some(State::Succeed) => self.write(step::succeed(position, self.core.now())).await,
            Some(State::Fail(fail)) => self.fail(&fail.failure()).await,
            None => self.fail(&Failure::runtime(LOST_STATE)).await,
        }
    }

    async fn fail(&self, failure: &Failure) -> Option<Position> {
        self.write(step::fail(failure, vec![], self.core.now())).await
    }

    async fn task(&self, task: &Task, position: &Position) -> Option<Position> {
        let context = self.run.identity.context(position);
        let (events, outcome) = match task.event(&position.input, &context) {
            Ok(event) => self.attempt(task, event).await?,
            Err(failure) => (vec![], Err(failure)),
        };
        let verdict = judge(task, position, &context, outcome, &self.core.jitter);
        let definition = &self.run.machine.definition;
        self.write(step::follow(definition, position, verdict, events, self.core.now())).await
    }

    /// Waits for the delay of a retry and then for a turn for its step. The turn of the step before
    /// is kept if there is no delay and nobody older waits.
    async fn turn(&self, mut held: Option<Turn>, position: &Position) -> Option<Turn> {
        let turn = async {
            if let Some(delay) = position.remaining(self.core.now()) {
                drop(held.take());
                self.core.timer.sleep(delay).await;
            }
            self.core.turns.take(held, self.run.identity.started).await
        };
        tokio::select! {
            biased;
            () = self.entry.stop.cancelled() => None,
            () = self.core.closing.cancelled() => None,
            turn = turn => turn,
        }
    }

    /// One attempt with its events: the first two are written before the function is called.
    async fn attempt(&self, task: &Task, event: Value) -> Option<(Vec<Event>, Outcome)> {
        let scheduled = Event::task_scheduled(task, &event, self.run.machine.region());
        self.note(vec![scheduled, Event::task_started()]).await?;
        let outcome = self.invoke(task, event).await?;
        Some((vec![Event::task_ended(&outcome)], outcome))
    }

    /// Writes events that do not move the execution.
    async fn note(&self, events: Vec<Event>) -> Option<()> {
        let noted = Advance { at: self.core.now(), events, position: None, ending: None };
        self.record(Arc::new(noted)).await
    }

    /// Writes a step and returns the position it leads to, if any.
    async fn write(&self, step: Advance) -> Option<Position> {
        let step = Arc::new(step);
        self.record(Arc::clone(&step)).await?;
        match step.ending {
            Some(Ending::Failed(_)) => self.core.tell_of(&self.run.identity.arn).await,
            Some(Ending::Succeeded(_)) => {}
            None => return step.position.clone(),
        }
        None
    }

    /// Retries until the write succeeds. `None` when the execution no longer belongs to this
    /// driver, or on shutdown.
    async fn record(&self, step: Arc<Advance>) -> Option<()> {
        let (arn, run) = (&self.run.identity.arn, self.run.number);
        loop {
            match self.core.journal.advance(arn, run, Arc::clone(&step)).await {
                Ok(true) => return Some(()),
                Ok(false) => return None,
                Err(error) => self.report(&error),
            }
            self.pause().await?;
        }
    }

    fn report(&self, error: &JournalError) {
        let execution = self.run.identity.arn.as_str();
        let error: &dyn std::error::Error = error;
        tracing::error!(execution, error, "the journal could not be written");
    }

    async fn pause(&self) -> Option<()> {
        tokio::select! {
            () = self.core.closing.cancelled() => None,
            () = self.core.timer.sleep(JOURNAL_RETRY) => Some(()),
        }
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
