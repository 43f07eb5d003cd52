//! `POST /trips/{trip_id}/cancellation`, from proxy event to answer, before a Step Functions that
//! keeps what it is asked.

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

struct Answer {
    status: u64,
    headers: Value,
    body: Value,
}

impl Answer {
    /// The status and the problem's code.
    fn refusal(&self) -> (u64, Option<&str>) {
        (self.status, self.body["code"].as_str())
    }
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

    async fn cancel(&self, claims: &Value, trip_id: &str) -> Answer {
        let answer = self.world.send(TripCancel, event(claims, trip_id)).await.unwrap();
        Answer {
            status: answer["statusCode"].as_u64().unwrap(),
            headers: answer["multiValueHeaders"].clone(),
            body: serde_json::from_str(answer["body"].as_str().unwrap()).unwrap(),
        }
    }
}

fn event(claims: &Value, trip_id: &str) -> Value {
    json!({
        "resource": "/trips/{trip_id}/cancellation",
        "path": "/trips/any/cancellation",
        "httpMethod": "POST",
        "pathParameters": {"trip_id": trip_id},
        "requestContext": {
            "httpMethod": "POST",
            "stage": "dev",
            "requestId": "request-1",
            "authorizer": {"claims": claims},
        },
    })
}

fn alice() -> Value {
    json!({"sub": "alice"})
}

fn operator() -> Value {
    json!({"sub": "operator", "cognito:groups": "operators"})
}

#[tokio::test]
async fn cancelling_a_confirmed_trip_starts_its_compensation_once() {
    let scene = Scene::after(&BOOKING).await;
    let first = scene.cancel(&alice(), TRIP).await;
    assert_eq!(first.status, 202);
    assert_eq!(first.body, going(&format!("{EXECUTION}:trip-1.4")));
    assert_eq!(first.headers["x-request-id"], json!(["request-1"]));

    let again = scene.cancel(&alice(), TRIP).await;
    assert_eq!((again.status, again.body["status"].as_str()), (202, Some("CANCELLING")));
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
        scene.cancel(&alice(), TRIP).await;
        scene.machine.end(status, true);
        let again = scene.cancel(&alice(), TRIP).await;
        assert_eq!(again.body, going(&format!("{EXECUTION}:trip-1.4")), "{status}");
        assert_eq!(scene.machine.redriven(), ["trip-1.4"], "{status}");
        assert_eq!(scene.machine.started().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_cancellation_that_can_no_longer_be_continued_is_started_anew_once() {
    let scene = Scene::after(&BOOKING).await;
    scene.cancel(&alice(), TRIP).await;
    scene.machine.end("FAILED", false);
    for _ in 0..2 {
        let again = scene.cancel(&alice(), TRIP).await;
        assert_eq!(again.body, going(&format!("{EXECUTION}:trip-1.4.1767225600")));
    }
    let names: Vec<_> = scene.machine.started().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["trip-1.4", "trip-1.4.1767225600"]);
}

#[tokio::test]
async fn of_two_who_continue_a_cancellation_at_once_the_second_starts_nothing() {
    let scene = Scene::after(&BOOKING).await;
    scene.cancel(&alice(), TRIP).await;
    scene.machine.end("FAILED", true);
    scene.machine.race();
    let second = scene.cancel(&alice(), TRIP).await;
    assert_eq!(second.body, json!({"trip_id": TRIP, "status": "CANCELLING"}));
    assert_eq!(scene.machine.started().len(), 1);
}

#[tokio::test]
async fn a_cancellation_that_gave_up_half_way_is_continued_too() {
    let scene = Scene::after(&BOOKING).await;
    scene.cancel(&alice(), TRIP).await;
    scene.world.send(Operation::PaymentRefund, compensation_task("cancellation")).await.unwrap();
    scene.machine.end("FAILED", true);
    let again = scene.cancel(&alice(), TRIP).await;
    assert_eq!(again.body, going(&format!("{EXECUTION}:trip-1.4")));
    assert_eq!(scene.machine.redriven(), ["trip-1.4"]);
}

#[tokio::test]
async fn nothing_is_started_beside_an_execution_that_has_done_its_work() {
    let scene = Scene::after(&BOOKING).await;
    scene.cancel(&alice(), TRIP).await;
    scene.machine.end("SUCCEEDED", false);
    let again = scene.cancel(&alice(), TRIP).await;
    assert_eq!(again.body, json!({"trip_id": TRIP, "status": "CANCELLING"}));
    assert_eq!((scene.machine.started().len(), scene.machine.redriven().len()), (1, 0));
}

fn compensation_input() -> Value {
    json!({"trip_id": TRIP, "customer_id": "alice", "saga_id": SAGA, "reason": "cancellation"})
}

#[tokio::test]
async fn an_operator_cancels_for_the_customer() {
    let scene = Scene::after(&BOOKING).await;
    assert_eq!(scene.cancel(&operator(), TRIP).await.status, 202);
    assert_eq!(scene.machine.started()[0].1["customer_id"], "alice");
}

#[tokio::test]
async fn a_cancellation_under_way_or_over_is_accepted_again() {
    let scene = Scene::after(&BOOKING).await;
    scene.cancel(&alice(), TRIP).await;
    let chain = [
        (Operation::PaymentRefund, "CANCELLING"),
        (Operation::HotelCancel, "CANCELLING"),
        (Operation::FlightCancel, "CANCELLED"),
    ];
    for (operation, status) in chain {
        scene.world.send(operation, compensation_task("cancellation")).await.unwrap();
        let answer = scene.cancel(&alice(), TRIP).await;
        assert_eq!((answer.status, answer.body["status"].as_str()), (202, Some(status)));
    }
    assert_eq!(scene.machine.started(), [("trip-1.4".to_owned(), compensation_input())]);
}

#[tokio::test]
async fn a_trip_that_is_not_confirmed_cannot_be_cancelled() {
    let scene = Scene::after(&[FlightReserve]).await;
    let answer = scene.cancel(&alice(), TRIP).await;
    assert_eq!(answer.refusal(), (409, Some("TripNotConfirmed")));
    assert_eq!(answer.headers["retry-after"], json!(["1"]));
    assert_eq!(answer.headers["content-type"], json!(["application/problem+json"]));

    scene.world.run(Operation::FlightCancel, caught("SupplierTimeout")).await.unwrap();
    let answer = scene.cancel(&alice(), TRIP).await;
    assert_eq!((answer.status, &answer.headers["retry-after"]), (409, &Value::Null));
    assert_eq!(scene.machine.started(), []);
}

#[tokio::test]
async fn nobody_learns_of_another_customers_trip() {
    let scene = Scene::after(&BOOKING).await;
    let foreign = scene.cancel(&json!({"sub": "bob"}), TRIP).await;
    let unknown = scene.cancel(&json!({"sub": "bob"}), "trip-2").await;
    assert_eq!((foreign.status, &foreign.body), (404, &unknown.body));
    assert_eq!(foreign.body["code"], ErrorCode::TripNotFound.name());
    assert_eq!(scene.machine.started(), []);
}

#[tokio::test]
async fn a_caller_without_claims_and_an_impossible_id_are_refused() {
    let scene = Scene::after(&[]).await;
    let answer = scene.cancel(&json!({}), TRIP).await;
    assert_eq!(answer.refusal(), (401, Some("Unauthorized")));
    for id in ["trip#1", "trip 1", "trip\n", &"t".repeat(65)] {
        let answer = scene.cancel(&alice(), id).await;
        assert_eq!(answer.refusal(), (400, Some("InvalidRequest")));
        assert_eq!(answer.body["errors"][0]["field"], "trip_id");
    }
}

/// The answer to a cancellation that Step Functions refuses with this error.
async fn refused_by_the_machine(error: &'static str) -> Answer {
    let scene = Scene::after(&BOOKING).await;
    scene.machine.refuse(error);
    scene.cancel(&alice(), TRIP).await
}

#[tokio::test]
async fn a_machine_that_takes_no_more_starts_asks_for_patience() {
    let answer = refused_by_the_machine("ThrottlingException").await;
    assert_eq!(answer.refusal(), (429, Some("TooManyRequests")));
    assert_eq!(answer.headers["retry-after"], json!(["1"]));
}

#[tokio::test]
async fn a_fault_of_ours_shows_nothing_of_its_cause() {
    let answer = refused_by_the_machine("StateMachineDoesNotExist").await;
    assert_eq!(answer.refusal(), (500, Some("InternalError")));
    assert!(!answer.body.to_string().contains("StateMachine"), "{}", answer.body);
}
