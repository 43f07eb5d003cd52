//! A runner with scripted functions and a timer that tests drive.

mod machines;
mod script;
mod timer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use state_machine::{
    Description, HistoryEvent, HistoryOrder, Journal, Machine, Options, Page, Runner, Status,
};
use tempfile::TempDir;

pub(crate) use machines::{BOOKING, COMPENSATION, FUNCTIONS, of_states, product_machines};
pub(crate) use script::{Answer, Gate, Script};
pub(crate) use timer::TestTimer;

/// A runner, and the parts that a test uses.
pub(crate) struct World {
    pub(crate) runner: Runner,
    pub(crate) script: Arc<Script>,
    pub(crate) timer: Arc<TestTimer>,
    pub(crate) directory: TempDir,
}

/// How an execution ended, and the states it visited on the way.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) arn: String,
    pub(crate) description: Description,
    pub(crate) visited: Vec<String>,
}

impl World {
    pub(crate) async fn new(machines: Vec<Machine>) -> Self {
        Self::with(machines, Options { jitter_seed: Some(1), ..Options::default() }).await
    }

    pub(crate) async fn with(machines: Vec<Machine>, options: Options) -> Self {
        let directory = TempDir::new().unwrap();
        let (script, timer) = (Arc::new(Script::default()), Arc::new(TestTimer::default()));
        let runner = open(directory.path(), machines, &script, &timer, options).await;
        Self { runner, script, timer, directory }
    }

    /// A booking that waits before it retries its first step, and its ARN.
    pub(crate) async fn waiting_to_retry() -> (Self, String) {
        let world = Self::new(product_machines()).await;
        world.timer.hold_waits();
        world.script.say("FlightReserve", [Answer::Error("StoreUnavailable")]);
        let started = world.runner.start("trip-booking", "t", "{}", None).await.unwrap();
        world.timer.someone_waits().await;
        (world, started.execution_arn)
    }

    /// A booking whose first call of `function` is not answered before the gate opens, once there
    /// were this many calls in all; and its ARN.
    pub(crate) async fn held_at(function: &str, calls: usize) -> (Self, Gate, String) {
        let (world, gate) = (Self::new(product_machines()).await, Gate::closed());
        world.script.say(function, [Answer::Held(gate.clone(), Box::new(Answer::Done))]);
        let started = world.runner.start("trip-booking", "t", "{}", None).await.unwrap();
        world.script.called(calls).await;
        (world, gate, started.execution_arn)
    }

    /// Starts an execution and waits for its end.
    pub(crate) async fn run(&self, machine: &str, name: &str, input: &Value) -> Ended {
        let started = self.runner.start(machine, name, &input.to_string(), None).await.unwrap();
        self.end(&started.execution_arn).await
    }

    /// Waits for the end of an execution.
    pub(crate) async fn end(&self, arn: &str) -> Ended {
        let description = within(self.runner.wait(arn)).await.unwrap();
        let visited = self.events(arn).await.iter().filter_map(entered).collect();
        Ended { arn: arn.to_owned(), description, visited }
    }

    pub(crate) async fn events(&self, arn: &str) -> Vec<HistoryEvent> {
        let page = Page { max_results: Some(1_000), next_token: None };
        self.runner.history(arn, HistoryOrder::OldestFirst, &page).await.unwrap().events
    }
}

impl Ended {
    pub(crate) fn status(&self) -> Status {
        self.description.summary.status
    }

    pub(crate) fn error(&self) -> &str {
        self.description.error.as_deref().unwrap_or("")
    }

    pub(crate) fn output(&self) -> Value {
        serde_json::from_str(self.description.output.as_deref().unwrap()).unwrap()
    }
}

pub(crate) fn journal(directory: &Path) -> Journal {
    Journal::open(&directory.join("executions.sqlite")).unwrap()
}

pub(crate) async fn open(
    directory: &Path,
    machines: Vec<Machine>,
    script: &Arc<Script>,
    timer: &Arc<TestTimer>,
    options: Options,
) -> Runner {
    Runner::open(journal(directory), machines, script.clone(), timer.clone(), options)
        .await
        .unwrap()
}

/// Fails a test that would otherwise hang.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future)
        .await
        .expect("nothing happened for a minute")
}

fn entered(event: &HistoryEvent) -> Option<String> {
    let name = event.details.get("stateEnteredEventDetails")?.get("name")?;
    Some(name.as_str().unwrap().to_owned())
}
