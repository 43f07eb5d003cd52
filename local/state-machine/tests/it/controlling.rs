//! Stopping and redriving.

use jiff::SignedDuration;
use serde_json::{Value, json};
use state_machine::{Options, RedriveStatus, Status, Stop};
use tokio::sync::mpsc;

use crate::support::Answer::{Done, Error, Held};
use crate::support::{Ended, Gate, World, product_machines, within};

/// An execution that failed in `CancelFlight`.
async fn stuck() -> (World, Ended) {
    let world = World::new(product_machines()).await;
    world.script.say("FlightReserve", [Error("Unhandled")]);
    world.script.say("FlightCancel", [Error("Unhandled")]);
    let stuck = world.run("trip-booking", "t", &json!({})).await;
    (world, stuck)
}

#[tokio::test]
async fn a_stopped_execution_is_aborted_and_the_answer_under_way_is_dropped() {
    let (world, gate, arn) = World::held_at("HotelReserve", 2).await;
    world.runner.stop(&arn, Stop::default()).await.unwrap();
    within(world.runner.idle()).await;
    gate.open();
    world.script.answered(2).await;
    let ended = world.end(&arn).await;
    assert_eq!((ended.status(), world.script.calls().len()), (Status::Aborted, 2));
    assert_eq!(world.events(&ended.arn).await.last().unwrap().kind, "ExecutionAborted");
}

#[tokio::test]
async fn a_stop_is_shown_with_its_reason_until_the_execution_is_redriven() {
    let (world, gate, arn) = World::held_at("HotelReserve", 2).await;
    let said = |text: &str| Some(text.to_owned());
    let stop = Stop { error: said("Maintenance"), cause: said("the hotel's books are closed") };
    world.runner.stop(&arn, stop.clone()).await.unwrap();
    let stopped = world.runner.describe(&arn).await.unwrap();
    assert_eq!(Stop { error: stopped.error, cause: stopped.cause }, stop);
    let event = world.events(&arn).await.pop().unwrap();
    let details = json!({"error": "Maintenance", "cause": "the hotel's books are closed"});
    assert_eq!(event.details["executionAbortedEventDetails"], details);
    world.runner.redrive(&arn, None).await.unwrap();
    gate.open();
    assert_eq!(world.end(&arn).await.description.error, None);
}

#[tokio::test]
async fn whoever_listens_is_told_of_every_change_but_success() {
    let (told, mut news) = mpsc::unbounded_channel();
    let options = Options { jitter_seed: Some(1), news: Some(told), ..Options::default() };
    let world = World::with(product_machines(), options).await;
    world.script.say("FlightReserve", [Error("Unhandled")]);
    world.script.say("FlightCancel", [Error("Unhandled")]);
    let failed = world.run("trip-booking", "t", &json!({})).await;
    world.runner.redrive(&failed.arn, None).await.unwrap();
    assert_eq!(world.end(&failed.arn).await.error(), "BookingFailed");
    world.run("trip-compensation", "t", &json!({"saga_id": "s"})).await;

    let mut told = Vec::new();
    while let Ok(execution) = news.try_recv() {
        let summary = execution.summary;
        told.push((summary.status, summary.redrive_count, execution.error));
    }
    let named = |error: &str| Some(error.to_owned());
    let expected = [
        (Status::Running, 0, None),
        (Status::Failed, 0, named("Unhandled")),
        (Status::Running, 1, None),
        (Status::Failed, 1, named("BookingFailed")),
        (Status::Running, 0, None),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_stop_ends_a_wait_before_a_retry() {
    let (world, arn) = World::waiting_to_retry().await;
    world.runner.stop(&arn, Stop::default()).await.unwrap();
    within(world.runner.idle()).await;
    assert_eq!(world.script.calls().len(), 1);
}

#[tokio::test]
async fn stopping_what_has_ended_changes_nothing() {
    let world = World::new(product_machines()).await;
    let ended = world.run("trip-booking", "t", &json!({})).await;
    let stopped = world.runner.stop(&ended.arn, Stop::default()).await.unwrap();
    assert_eq!(Some(stopped.stop_date), ended.description.summary.stop_date);
    assert_eq!(world.end(&ended.arn).await.status(), Status::Succeeded);
}

#[tokio::test]
async fn an_aborted_execution_can_be_redriven_where_it_stopped() {
    let (world, _gate, arn) = World::held_at("HotelReserve", 2).await;
    world.runner.stop(&arn, Stop::default()).await.unwrap();
    world.runner.redrive(&arn, None).await.unwrap();
    let ended = world.end(&arn).await;
    assert_eq!((ended.status(), world.script.calls_of("HotelReserve")), (Status::Succeeded, 2));
    assert_eq!(world.script.calls_of("FlightReserve"), 1);
}

#[tokio::test]
async fn a_redrive_gives_the_task_its_input_and_fresh_retries() {
    let (world, stuck) = stuck().await;
    world.script.say("FlightCancel", vec![Error("StoreUnavailable"); 12]);
    world.runner.redrive(&stuck.arn, None).await.unwrap();
    let ended = world.end(&stuck.arn).await;
    assert_eq!((ended.error(), world.script.calls_of("FlightCancel")), ("BookingFailed", 14));
    let payloads: Vec<_> =
        world.script.calls().into_iter().skip(1).map(|call| call.payload).collect();
    let said = |payload: &Value| (payload["input"].clone(), payload["saga_id"].clone());
    assert!(
        payloads.windows(2).all(|pair| said(&pair[0]) == said(&pair[1])),
        "the saga, the input and the error stay the same"
    );
    let attempts = payloads.iter().map(|payload| {
        let step = &payload["step"];
        assert_eq!(
            (&step["execution"], &step["state"]["Name"]),
            (&json!(stuck.arn), &json!("CancelFlight"))
        );
        (step["redrives"].as_u64().unwrap(), step["state"]["RetryCount"].as_u64().unwrap())
    });
    let counted = [(0, 0)].into_iter().chain((0..=12).map(|retry| (1, retry)));
    assert!(attempts.eq(counted), "a redrive counts, and begins to count retries anew");
    assert!(ended.description.summary.redrive_date.is_some());
    let kinds: Vec<String> =
        world.events(&ended.arn).await.into_iter().map(|event| event.kind).collect();
    let redriven = kinds.iter().position(|kind| kind == "ExecutionRedriven").unwrap();
    assert_eq!(
        (kinds[redriven - 1].as_str(), kinds[redriven + 1].as_str()),
        ("ExecutionFailed", "TaskScheduled")
    );
}

/// `RedriveExecution` remembers the last ten tokens of an execution, each for 15 minutes.
#[tokio::test]
async fn a_redrive_that_is_sent_again_gets_the_first_answer_and_does_nothing() {
    let (world, stuck) = stuck().await;
    world.script.say("FlightCancel", vec![Error("Unhandled"); 20]);
    let redrive = async |token: &str| {
        let answer = world.runner.redrive(&stuck.arn, Some(token)).await;
        world.end(&stuck.arn).await;
        (answer.unwrap().redrive_date, world.script.calls_of("FlightCancel"))
    };
    let (first, calls) = redrive("a").await;
    world.timer.advance(SignedDuration::from_mins(14));
    assert_eq!(redrive("a").await, (first, calls));
    let (second, more) = redrive("A").await;
    assert!(second > first && more == calls + 1, "tokens are case-sensitive");
    world.timer.advance(SignedDuration::from_mins(1));
    assert_eq!(redrive("a").await.1, more + 1, "a token is forgotten after 15 minutes");
    assert_eq!(redrive("A").await, (second, more + 1));
    for number in 0..9 {
        world.timer.advance(SignedDuration::from_secs(1));
        redrive(&format!("t-{number}")).await;
    }
    assert_eq!(redrive("A").await.1, more + 1 + 9 + 1, "ten other tokens are newer");
}

#[tokio::test]
async fn of_simultaneous_redrives_with_one_token_all_get_one_answer() {
    let (world, stuck) = stuck().await;
    let gate = Gate::closed();
    world.script.say("FlightCancel", [Held(gate.clone(), Box::new(Done))]);
    let redrives = (0..10).map(|_| world.runner.redrive(&stuck.arn, Some("one")));
    let answers: Vec<_> =
        futures::future::join_all(redrives).await.into_iter().map(Result::unwrap).collect();
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    gate.open();
    assert_eq!(world.end(&stuck.arn).await.description.summary.redrive_count, 1);
}

#[tokio::test]
async fn of_simultaneous_redrives_one_is_accepted() {
    let (world, stuck) = stuck().await;
    let gate = Gate::closed();
    world.script.say("FlightCancel", [Held(gate.clone(), Box::new(Done))]);
    let redrives = (0..10).map(|_| world.runner.redrive(&stuck.arn, None));
    let answers = futures::future::join_all(redrives).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let refused = answers.into_iter().filter_map(Result::err);
    assert!(refused.into_iter().all(|error| error.code() == "ExecutionNotRedrivable"));
    gate.open();
    assert_eq!(world.end(&stuck.arn).await.description.summary.redrive_count, 1);
    assert_eq!(world.script.calls_of("FlightCancel"), 2);
}

#[tokio::test]
async fn what_redrive_cannot_continue_is_refused_with_the_reason() {
    let (world, gate) = (World::new(product_machines()).await, Gate::closed());
    world
        .script
        .say("FlightReserve", [Done, Error("FlightUnavailable"), Held(gate, Box::new(Done))]);
    let succeeded = world.run("trip-booking", "good", &json!({})).await.arn;
    let failed = world.run("trip-booking", "bad", &json!({})).await.arn;
    let running =
        world.runner.start("trip-booking", "slow", "{}", None).await.unwrap().execution_arn;
    let cases = [
        (succeeded, "Execution is SUCCEEDED and cannot be redriven"),
        (failed, "Execution did not end in a task and cannot be redriven"),
        (running, "Execution is RUNNING and cannot be redriven"),
    ];
    for (arn, reason) in cases {
        let refused = world.runner.redrive(&arn, None).await.unwrap_err();
        assert_eq!(
            (refused.code(), refused.to_string().as_str()),
            ("ExecutionNotRedrivable", reason)
        );
        let described = world.runner.describe(&arn).await.unwrap();
        assert_eq!(described.redrive_status, RedriveStatus::NotRedrivable);
        assert_eq!(described.redrive_status_reason, Some(reason));
    }
}

#[tokio::test]
async fn the_redrivable_period_is_fourteen_days() {
    let (world, stuck) = stuck().await;
    world.timer.advance(SignedDuration::from_hours(14 * 24 - 1));
    let described = world.runner.describe(&stuck.arn).await.unwrap();
    assert_eq!(described.redrive_status, RedriveStatus::Redrivable);
    world.timer.advance(SignedDuration::from_hours(1));
    let refused = world.runner.redrive(&stuck.arn, None).await.unwrap_err();
    assert_eq!(refused.to_string(), "Execution redrivable period exceeded");
}

#[tokio::test]
async fn an_unknown_execution_is_named_as_such() {
    let world = World::new(product_machines()).await;
    let codes = [
        world.runner.stop("arn:x", Stop::default()).await.unwrap_err().code(),
        world.runner.redrive("arn:x", None).await.unwrap_err().code(),
        world.runner.describe("arn:x").await.unwrap_err().code(),
        world.runner.wait("arn:x").await.unwrap_err().code(),
    ];
    assert_eq!(codes, ["ExecutionDoesNotExist"; 4]);
}

#[tokio::test]
async fn no_more_steps_are_under_way_than_allowed_and_all_get_their_turn() {
    let options = Options { concurrent_steps: 3, ..Options::default() };
    let (world, gate) = (World::with(product_machines(), options).await, Gate::closed());
    world.script.say("FlightReserve", vec![Held(gate.clone(), Box::new(Done)); 40]);
    for trip in 0..40 {
        world.runner.start("trip-booking", &format!("t-{trip}"), "{}", None).await.unwrap();
    }
    world.script.called(3).await;
    assert_eq!(world.runner.running_count(), 40);
    gate.open();
    within(world.runner.idle()).await;
    assert_eq!((world.script.most_at_a_time(), world.script.calls().len()), (3, 120));
}

#[tokio::test]
async fn a_step_that_timed_out_frees_its_place() {
    let options = Options { concurrent_steps: 1, ..Options::default() };
    let (world, gate) = (World::with(product_machines(), options).await, Gate::closed());
    world.script.say("FlightReserve", [Held(gate, Box::new(Done))]);
    let started = world.runner.start("trip-booking", "t", "{}", None).await.unwrap();
    world.script.called(1).await;
    world.timer.expire_one();
    assert_eq!(world.end(&started.execution_arn).await.status(), Status::Succeeded);
}
