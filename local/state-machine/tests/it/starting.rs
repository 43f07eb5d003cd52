//! `StartExecution`: names, inputs, repeats, throttling.

use serde_json::json;
use state_machine::{ApiError, Filter, Status};

use crate::support::Answer::{Done, Error, Held};
use crate::support::{Gate, World, product_machines};

async fn code(world: &World, machine: &str, name: &str, input: &str) -> &'static str {
    world
        .runner
        .start(machine, name, input, None)
        .await
        .map_or_else(|error| error.code(), |_| "started")
}

/// A world with one execution, `trip-1` on `{"a":1}`, that runs until the gate is opened.
async fn with_one_running() -> (World, Gate, state_machine::Started) {
    let (world, gate) = (World::new(product_machines()).await, Gate::closed());
    world.script.say("FlightReserve", [Held(gate.clone(), Box::new(Done))]);
    let started = world.runner.start("trip-booking", "trip-1", r#"{"a":1}"#, None).await.unwrap();
    (world, gate, started)
}

#[tokio::test]
async fn a_repeated_start_is_the_same_execution_while_it_runs() {
    let (world, gate, first) = with_one_running().await;
    let again = world.runner.start("trip-booking", "trip-1", r#"{"a":1}"#, None).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(
        code(&world, "trip-booking", "trip-1", r#"{"a":2}"#).await,
        "ExecutionAlreadyExists"
    );
    assert_eq!(
        code(&world, "trip-booking", "trip-1", r#"{"a": 1}"#).await,
        "ExecutionAlreadyExists"
    );
    gate.open();
    assert_eq!(world.end(&first.execution_arn).await.status(), Status::Succeeded);
    assert_eq!(world.script.calls_of("FlightReserve"), 1);
}

#[tokio::test]
async fn a_name_is_taken_for_good_once_the_execution_has_ended() {
    let world = World::new(product_machines()).await;
    for (name, answer) in [("good", Done), ("bad", Error("FlightUnavailable"))] {
        world.script.say("FlightReserve", [answer]);
        world.run("trip-booking", name, &json!({})).await;
        assert_eq!(
            code(&world, "trip-booking", name, "{}").await,
            "ExecutionAlreadyExists",
            "{name}"
        );
    }
}

#[tokio::test]
async fn one_name_may_run_in_both_machines() {
    let world = World::new(product_machines()).await;
    let input = json!({"saga_id": "s"});
    let arns = [
        world.run("trip-booking", "t", &input).await.arn,
        world.run("trip-compensation", "t", &input).await.arn,
    ];
    assert_eq!(arns[0], "arn:aws:states:us-east-1:000000000000:execution:trip-booking:t");
    assert_eq!(arns[1], "arn:aws:states:us-east-1:000000000000:execution:trip-compensation:t");
}

#[tokio::test]
async fn bad_calls_are_refused_with_step_functions_codes_and_leave_nothing() {
    let world = World::new(product_machines()).await;
    let large = format!("\"{}\"", "x".repeat(262_143));
    let nested = format!("{}{}", "[".repeat(101), "]".repeat(101));
    let cases = [
        ("trip-booking", "a b", "{}", "InvalidName"),
        ("trip-booking", "", "{}", "InvalidName"),
        ("trip-booking", "t", "{", "InvalidExecutionInput"),
        ("trip-booking", "t", "", "InvalidExecutionInput"),
        ("trip-booking", "t", large.as_str(), "InvalidExecutionInput"),
        ("trip-booking", "t", nested.as_str(), "InvalidExecutionInput"),
        ("trip-bookings", "t", "{}", "StateMachineDoesNotExist"),
    ];
    for (machine, name, input, expected) in cases {
        assert_eq!(code(&world, machine, name, input).await, expected, "{machine} {name}");
    }
    let listed =
        world.runner.list("trip-booking", Filter::default(), &Default::default()).await.unwrap();
    assert!(listed.executions.is_empty());
    assert!(world.script.calls().is_empty());
}

#[tokio::test]
async fn a_machine_is_found_by_its_arn_too() {
    let world = World::new(product_machines()).await;
    let arn = "arn:aws:states:us-east-1:000000000000:stateMachine:trip-booking";
    assert_eq!(code(&world, arn, "t", "{}").await, "started");
}

#[tokio::test]
async fn throttled_starts_are_refused_and_then_accepted_again() {
    let world = World::new(product_machines()).await;
    world.runner.throttle_starts(2);
    let mut codes = vec![];
    for _ in 0..3 {
        codes.push(code(&world, "trip-booking", "t", "{}").await);
    }
    assert_eq!(codes, ["ThrottlingException", "ThrottlingException", "started"]);
}

#[tokio::test]
async fn simultaneous_starts_of_one_name_make_one_execution() {
    let (world, gate) = (World::new(product_machines()).await, Gate::closed());
    world.script.say("FlightReserve", [Held(gate.clone(), Box::new(Done))]);
    let starts = (0..20).map(|_| world.runner.start("trip-booking", "t", "{}", None));
    let started: Vec<_> =
        futures::future::join_all(starts).await.into_iter().map(Result::unwrap).collect();
    assert!(started.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(world.runner.running_count(), 1);
    gate.open();
    crate::support::within(world.runner.idle()).await;
    assert_eq!(world.script.calls_of("FlightReserve"), 1);
}

#[tokio::test]
async fn a_start_whose_caller_gives_up_runs_all_the_same() {
    let world = World::new(product_machines()).await;
    let mut start = Box::pin(world.runner.start("trip-booking", "t", "{}", None));
    assert!(futures::poll!(start.as_mut()).is_pending());
    drop(start);
    world.script.called(3).await;
    crate::support::within(world.runner.idle()).await;
    let ended = world.end("arn:aws:states:us-east-1:000000000000:execution:trip-booking:t").await;
    assert_eq!(ended.status(), Status::Succeeded);
}

#[tokio::test]
async fn the_trace_header_reaches_the_functions_and_the_description() {
    let world = World::new(product_machines()).await;
    let started =
        world.runner.start("trip-booking", "t", "{}", Some("Root=1-a".to_owned())).await.unwrap();
    let ended = world.end(&started.execution_arn).await;
    assert_eq!(ended.description.trace_header.as_deref(), Some("Root=1-a"));
    assert!(
        world.script.calls().iter().all(|call| call.trace_header.as_deref() == Some("Root=1-a"))
    );
}

#[tokio::test]
async fn nothing_starts_after_a_shutdown() {
    let world = World::new(product_machines()).await;
    world.runner.shutdown().await;
    let refused = world.runner.start("trip-booking", "t", "{}", None).await;
    assert!(matches!(refused, Err(ApiError::ShuttingDown)));
}
