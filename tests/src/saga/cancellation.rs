//! `POST /trips/{trip_id}/cancellation`, from proxy event to answer, before a Step Functions that
//! keeps what it is asked.

use bed::{Reply, Request};
use domain::ErrorCode;
use lambda_kit::config::name;
use saga::Operation;
use saga::Operation::{FlightReserve, HotelReserve, PaymentProcess, TripCancel};
use serde_json::{Value, json};

use super::step_functions::{ARN, EXECUTION, StepFunctions};
use super::world::{SAGA, TRIP, World, caught, compensation_task};

const BOOKING: [Operation; 3] = [FlightReserve, HotelReserve, PaymentProcess];

/// The functions, and the state machine that a cancellation starts.
struct Scene {
    world: World,
    machine: StepFunctions,
}

impl Scene {
    async fn after(operations: &[Operation]) -> Self {
        let machine = StepFunctions::start().await;
        let settings =
            [(name::COMPENSATION_STATE_MACHINE_ARN, ARN), ("AWS_ENDPOINT_URL_SFN", machine.url())];
        let world = World::configured(&settings).await;
        world.run_all(operations).await;
        Self { world, machine }
    }

    async fn cancel(&self, request: &Request) -> Reply {
        self.send(request.event()).await
    }

    async fn send(&self, event: Value) -> Reply {
        Reply::of(&self.world.send(TripCancel, event).await.unwrap())
    }
}

/// Alice's cancellation of a trip.
fn alices(trip_id: &str) -> Request {
    Request::cancel(trip_id).by("alice")
}

#[tokio::test]
async fn cancelling_a_confirmed_trip_starts_its_compensation_once() {
    let scene = Scene::after(&BOOKING).await;
    let first = scene.cancel(&alices(TRIP)).await;
    assert_eq!(first.status, 202);
    assert_eq!(first.body(), going(&format!("{EXECUTION}:trip-1.4")));
    assert_eq!(first.headers["x-request-id"], json!(["request-1"]));

    let again = scene.cancel(&alices(TRIP)).await;
    assert_eq!((again.status, again.body()["status"].as_str()), (202, Some("CANCELLING")));
    assert_eq!(scene.machine.started(), [("trip-1.4".to_owned(), compensation_input())]);
}

/// The answer to a cancellation whose execution this request set going.
fn going(execution: &str) -> Value {
    json!({"trip_id": TRIP, "status": "CANCELLING", "execution_arn": execution})
}

#[tokio::test]
async fn a_cancellation_that_failed_before_its_first_commit_is_continued_by_whoever_asks_again() {
    for status in ["FAILED", "TIMED_OUT", "ABORTED"] {
        let scene = Scene::after(&BOOKING).await;
        scene.cancel(&alices(TRIP)).await;
        scene.machine.end(status, true);
        let again = scene.cancel(&alices(TRIP)).await;
        assert_eq!(again.body(), going(&format!("{EXECUTION}:trip-1.4")), "{status}");
        assert_eq!(scene.machine.redriven(), ["trip-1.4"], "{status}");
        assert_eq!(scene.machine.started().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_cancellation_that_can_no_longer_be_continued_is_started_anew_once() {
    let scene = Scene::after(&BOOKING).await;
    scene.cancel(&alices(TRIP)).await;
    scene.machine.end("FAILED", false);
    for _ in 0..2 {
        let again = scene.cancel(&alices(TRIP)).await;
        assert_eq!(again.body(), going(&format!("{EXECUTION}:trip-1.4.1767225600")));
    }
    let names: Vec<_> = scene.machine.started().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["trip-1.4", "trip-1.4.1767225600"]);
}

#[tokio::test]
async fn of_two_who_continue_a_cancellation_at_once_the_second_starts_nothing() {
    let scene = Scene::after(&BOOKING).await;
    scene.cancel(&alices(TRIP)).await;
    scene.machine.end("FAILED", true);
    scene.machine.race();
    let second = scene.cancel(&alices(TRIP)).await;
    assert_eq!(second.body(), json!({"trip_id": TRIP, "status": "CANCELLING"}));
    assert_eq!(scene.machine.started().len(), 1);
}

#[tokio::test]
async fn a_cancellation_that_gave_up_half_way_is_continued_too() {
    let scene = Scene::after(&BOOKING).await;
    scene.cancel(&alices(TRIP)).await;
    scene.world.send(Operation::PaymentRefund, compensation_task("cancellation")).await.unwrap();
    scene.machine.end("FAILED", true);
    let again = scene.cancel(&alices(TRIP)).await;
    assert_eq!(again.body(), going(&format!("{EXECUTION}:trip-1.4")));
    assert_eq!(scene.machine.redriven(), ["trip-1.4"]);
}

#[tokio::test]
async fn nothing_is_started_beside_an_execution_that_has_done_its_work() {
    let scene = Scene::after(&BOOKING).await;
    scene.cancel(&alices(TRIP)).await;
    scene.machine.end("SUCCEEDED", false);
    let again = scene.cancel(&alices(TRIP)).await;
    assert_eq!(again.body(), json!({"trip_id": TRIP, "status": "CANCELLING"}));
    assert_eq!((scene.machine.started().len(), scene.machine.redriven().len()), (1, 0));
}

fn compensation_input() -> Value {
    json!({"trip_id": TRIP, "customer_id": "alice", "saga_id": SAGA, "reason": "cancellation"})
}

#[tokio::test]
async fn an_operator_cancels_for_the_customer() {
    let scene = Scene::after(&BOOKING).await;
    assert_eq!(scene.cancel(&Request::cancel(TRIP).by_operator()).await.status, 202);
    assert_eq!(scene.machine.started()[0].1["customer_id"], "alice");
}

#[tokio::test]
async fn a_cancellation_under_way_or_over_is_accepted_again() {
    let scene = Scene::after(&BOOKING).await;
    scene.cancel(&alices(TRIP)).await;
    let chain = [
        (Operation::PaymentRefund, "CANCELLING"),
        (Operation::HotelCancel, "CANCELLING"),
        (Operation::FlightCancel, "CANCELLED"),
    ];
    for (operation, status) in chain {
        scene.world.send(operation, compensation_task("cancellation")).await.unwrap();
        let answer = scene.cancel(&alices(TRIP)).await;
        assert_eq!((answer.status, answer.body()["status"].as_str()), (202, Some(status)));
    }
    assert_eq!(scene.machine.started(), [("trip-1.4".to_owned(), compensation_input())]);
}

#[tokio::test]
async fn a_trip_that_is_not_confirmed_cannot_be_cancelled() {
    let scene = Scene::after(&[FlightReserve]).await;
    let answer = scene.cancel(&alices(TRIP)).await;
    assert_eq!(answer.refusal(), (409, "TripNotConfirmed".to_owned()));
    assert_eq!(answer.headers["retry-after"], json!(["1"]));
    assert_eq!(answer.headers["content-type"], json!(["application/problem+json"]));

    scene.world.run(Operation::FlightCancel, caught("SupplierTimeout")).await.unwrap();
    let answer = scene.cancel(&alices(TRIP)).await;
    assert_eq!((answer.status, &answer.headers["retry-after"]), (409, &Value::Null));
    assert_eq!(scene.machine.started(), []);
}

#[tokio::test]
async fn nobody_learns_of_another_customers_trip() {
    let scene = Scene::after(&BOOKING).await;
    let foreign = scene.cancel(&Request::cancel(TRIP).by("bob")).await;
    let unknown = scene.cancel(&Request::cancel("trip-2").by("bob")).await;
    assert_eq!((foreign.status, &foreign.body()), (404, &unknown.body()));
    assert_eq!(foreign.body()["code"], ErrorCode::TripNotFound.name());
    assert_eq!(scene.machine.started(), []);
}

#[tokio::test]
async fn a_caller_without_claims_and_an_impossible_id_are_refused() {
    let scene = Scene::after(&[]).await;
    let mut event = alices(TRIP).event();
    event["requestContext"]["authorizer"] = json!({"claims": {}});
    let answer = scene.send(event).await;
    assert_eq!(answer.refusal(), (401, "Unauthorized".to_owned()));
    for id in ["trip#1", "trip 1", "trip\n", &"t".repeat(65)] {
        let answer = scene.cancel(&alices(id)).await;
        assert_eq!(answer.refusal(), (400, "InvalidRequest".to_owned()));
        assert_eq!(answer.body()["errors"][0]["field"], "trip_id");
    }
}

/// The answer to a cancellation that Step Functions refuses with this error.
async fn refused_by_the_machine(error: &'static str) -> Reply {
    let scene = Scene::after(&BOOKING).await;
    scene.machine.refuse(error);
    scene.cancel(&alices(TRIP)).await
}

#[tokio::test]
async fn a_machine_that_takes_no_more_starts_asks_for_patience() {
    let answer = refused_by_the_machine("ThrottlingException").await;
    assert_eq!(answer.refusal(), (429, "TooManyRequests".to_owned()));
    assert_eq!(answer.headers["retry-after"], json!(["1"]));
}

#[tokio::test]
async fn a_fault_of_ours_shows_nothing_of_its_cause() {
    let answer = refused_by_the_machine("StateMachineDoesNotExist").await;
    assert_eq!(answer.refusal(), (500, "InternalError".to_owned()));
    assert!(!answer.body().to_string().contains("StateMachine"), "{}", answer.body());
}
