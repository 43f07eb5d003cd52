//! Executions outlive the process: whatever happens to it, the next process continues them.

use std::path::Path;
use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use state_machine::{FastTimer, OpenError, Options, Runner, Status};
use tempfile::TempDir;
use testing::rerun;
use tokio::runtime::Runtime;

use crate::support::Answer::{Done, Error, Held};
use crate::support::{
    Ended, Gate, Script, TestTimer, World, journal, open, product_machines, within,
};

/// Does `work` in a separate runtime, and then drops that runtime while it works.
fn and_then_dies(work: impl Future<Output = ()>) {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(work);
    runtime.shutdown_background();
}

/// Opens the journal of a dead runner, and waits for the end of its one execution, `t`.
fn reopened(directory: TempDir, script: Arc<Script>, timer: Arc<TestTimer>) -> (World, Ended) {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let runner =
            open(directory.path(), product_machines(), &script, &timer, Options::default()).await;
        let world = World { runner, script, timer, directory };
        let ended =
            world.end("arn:aws:states:us-east-1:000000000000:execution:trip-booking:t").await;
        (world, ended)
    })
}

fn fresh() -> (TempDir, Arc<Script>, Arc<TestTimer>) {
    (TempDir::new().unwrap(), Arc::default(), Arc::default())
}

#[test]
fn a_task_under_way_when_the_runner_dies_is_invoked_again_by_the_next() {
    let (directory, script, timer) = fresh();
    script.say("HotelReserve", [Held(Gate::closed(), Box::new(Done))]);
    and_then_dies(async {
        let runner =
            open(directory.path(), product_machines(), &script, &timer, Options::default()).await;
        runner.start("trip-booking", "t", r#"{"a":1}"#, None).await.unwrap();
        script.called(2).await;
    });
    let (world, ended) = reopened(directory, script, timer);
    assert_eq!(ended.status(), Status::Succeeded);
    assert_eq!(
        (world.script.calls_of("FlightReserve"), world.script.calls_of("HotelReserve")),
        (1, 2)
    );
    let calls = world.script.calls();
    assert_eq!(calls[1], calls[2], "the same event, with the same saga");
}

#[test]
fn retries_are_counted_across_a_restart() {
    let (directory, script, timer) = fresh();
    script.say("FlightReserve", vec![Error("StoreUnavailable"); 9]);
    timer.hold_waits();
    and_then_dies(async {
        let runner =
            open(directory.path(), product_machines(), &script, &timer, Options::default()).await;
        runner.start("trip-booking", "t", "{}", None).await.unwrap();
        timer.someone_waits().await;
    });
    let (world, ended) = reopened(directory, script, Arc::default());
    assert_eq!(world.script.calls_of("FlightReserve"), 4);
    assert_eq!(ended.error(), "BookingFailed");
}

#[test]
fn a_shutdown_writes_the_step_under_way_and_takes_no_other() {
    let (directory, script, timer) = fresh();
    let gate = Gate::closed();
    script.say("FlightReserve", [Held(gate.clone(), Box::new(Done))]);
    and_then_dies(async {
        let runner =
            open(directory.path(), product_machines(), &script, &timer, Options::default()).await;
        runner.start("trip-booking", "t", "{}", None).await.unwrap();
        script.called(1).await;
        let mut shutdown = Box::pin(runner.shutdown());
        assert!(futures::poll!(shutdown.as_mut()).is_pending());
        gate.open();
        within(shutdown).await;
        assert_eq!((script.calls().len(), runner.running_count()), (1, 0));
    });
    let (world, ended) = reopened(directory, script, timer);
    assert_eq!((ended.status(), world.script.calls().len()), (Status::Succeeded, 3));
}

#[tokio::test]
async fn a_shutdown_ends_waits_before_retries_and_tells_who_waits_for_an_end() {
    let (world, arn) = World::waiting_to_retry().await;
    let end = futures::future::join(world.runner.wait(&arn), world.runner.shutdown());
    let (waited, ()) = within(end).await;
    assert_eq!(waited.unwrap_err().code(), "ServiceUnavailable");
}

#[tokio::test]
async fn what_has_ended_is_still_known_and_not_run_again() {
    let World { runner, script, timer, directory } = World::new(product_machines()).await;
    let arn = runner.start("trip-booking", "t", "{}", None).await.unwrap().execution_arn;
    let before = serde_json::to_value(within(runner.wait(&arn)).await.unwrap()).unwrap();
    within(runner.shutdown()).await;
    let runner =
        open(directory.path(), product_machines(), &script, &timer, Options::default()).await;
    assert_eq!(serde_json::to_value(runner.describe(&arn).await.unwrap()).unwrap(), before);
    assert_eq!((runner.running_count(), script.calls().len()), (0, 3));
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_delays_an_execution_and_loses_nothing() {
    let (world, gate, arn) = World::held_at("FlightReserve", 1).await;
    let saboteur =
        rusqlite::Connection::open(world.directory.path().join("executions.sqlite")).unwrap();
    saboteur.execute_batch("ALTER TABLE history RENAME TO hidden").unwrap();
    world.timer.hold_waits();
    gate.open();
    world.timer.someone_waits().await;
    saboteur.execute_batch("ALTER TABLE hidden RENAME TO history").unwrap();
    world.timer.release_waits();
    let ended = world.end(&arn).await;
    assert_eq!((ended.status(), world.script.calls().len()), (Status::Succeeded, 3));
}

#[tokio::test]
async fn old_ended_executions_are_forgotten_and_their_names_are_free_again() {
    let World { runner, script, timer, directory } = World::new(product_machines()).await;
    for name in ["old", "young"] {
        let arn = runner.start("trip-booking", name, "{}", None).await.unwrap().execution_arn;
        within(runner.wait(&arn)).await.unwrap();
        timer.advance(SignedDuration::from_hours(24 * 60));
    }
    within(runner.shutdown()).await;
    let runner =
        open(directory.path(), product_machines(), &script, &timer, Options::default()).await;
    let code = async |name| {
        runner
            .start("trip-booking", name, "{}", None)
            .await
            .map_or_else(|error| error.code(), |_| "started")
    };
    assert_eq!((code("old").await, code("young").await), ("started", "ExecutionAlreadyExists"));
    within(runner.idle()).await;
    let history =
        runner.history(&arn("old"), Default::default(), &Default::default()).await.unwrap();
    assert_eq!(history.events.iter().filter(|event| event.kind == "ExecutionStarted").count(), 1);
}

#[tokio::test]
async fn a_running_execution_whose_machine_is_missing_keeps_the_runner_from_opening() {
    let (world, gate) = (World::new(product_machines()).await, Gate::closed());
    world.timer.hold_waits();
    world.script.say("FlightReserve", [Error("StoreUnavailable"), Held(gate, Box::new(Done))]);
    world.runner.start("trip-booking", "t", "{}", None).await.unwrap();
    world.timer.someone_waits().await;
    within(world.runner.shutdown()).await;
    let compensation_only = product_machines().split_off(1);
    let opened = Runner::open(
        journal(world.directory.path()),
        compensation_only,
        world.script,
        world.timer,
        Options::default(),
    );
    assert!(
        matches!(opened.await, Err(OpenError::MachineMissing { execution, .. }) if execution == arn("t"))
    );
}

#[tokio::test]
async fn a_state_that_a_new_definition_no_longer_has_fails_the_execution() {
    let one = |name: &str| {
        crate::support::of_states(
            name,
            &json!({name: {
                "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 30, "End": true,
                "Parameters": {"FunctionName": "f", "Payload": {}},
                "Retry": [{"ErrorEquals": ["X"]}],
            }}),
        )
    };
    let World { runner, script, timer, directory } = World::new(vec![one("Old")]).await;
    timer.hold_waits();
    script.say("f", [Error("X")]);
    let started = runner.start("test", "t", "{}", None).await.unwrap();
    timer.someone_waits().await;
    within(runner.shutdown()).await;
    let runner =
        open(directory.path(), vec![one("New")], &script, &timer, Options::default()).await;
    let ended = within(runner.wait(&started.execution_arn)).await.unwrap();
    assert_eq!(
        (ended.summary.status, ended.error.as_deref()),
        (Status::Failed, Some("States.Runtime"))
    );
}

fn arn(name: &str) -> String {
    format!("arn:aws:states:us-east-1:000000000000:execution:trip-booking:{name}")
}

/// Where the child process of the next test finds the journal.
const CHILD: &str = "STATE_MACHINE_TEST_CHILD";
const TRIPS: usize = 50;

/// The test runs itself as a child process, kills it while every execution is under way, and
/// continues them.
#[test]
fn executions_survive_the_sudden_death_of_their_process() {
    if let Some(directory) = std::env::var_os(CHILD) {
        return Runtime::new().unwrap().block_on(start_trips_and_hang(Path::new(&directory)));
    }
    let (directory, script, timer) = fresh();
    kill_a_child_in(directory.path());
    Runtime::new().unwrap().block_on(async {
        let runner =
            open(directory.path(), product_machines(), &script, &timer, Options::default()).await;
        for trip in 0..TRIPS {
            let ended = within(runner.wait(&arn(&format!("t-{trip}")))).await.unwrap();
            assert_eq!(ended.summary.status, Status::Succeeded, "{trip}");
        }
        assert_eq!((script.calls_of("FlightReserve"), script.calls_of("HotelReserve")), (0, TRIPS));
    });
}

fn kill_a_child_in(directory: &Path) {
    let this = "durability::executions_survive_the_sudden_death_of_their_process";
    let (mut child, mut lines) = rerun(this, CHILD, directory);
    let ready = lines.any(|line| line.contains("every trip waits for its hotel"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(ready, "the child ended by itself");
}

async fn start_trips_and_hang(directory: &Path) {
    let script = Arc::new(Script::default());
    script.say("HotelReserve", vec![Held(Gate::closed(), Box::new(Done)); TRIPS]);
    let timer = Arc::new(FastTimer::new(1));
    let runner = Runner::open(
        journal(directory),
        product_machines(),
        script.clone(),
        timer,
        Options::default(),
    );
    let runner = runner.await.unwrap();
    for trip in 0..TRIPS {
        runner.start("trip-booking", &format!("t-{trip}"), "{}", None).await.unwrap();
    }
    script.called(2 * TRIPS).await;
    println!("every trip waits for its hotel");
    std::future::pending::<()>().await;
}
