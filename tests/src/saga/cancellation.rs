//! `POST /trips/{trip_id}/cancellation`, from proxy event to answer, before a Step Functions that
//! keeps what it is asked.

use domain::ErrorCode;
use lambda_kit::config::name;
use saga::Operation;
use saga::Operation::{FlightReserve, HotelReserve, PaymentProcess, TripCancel};
use serde_json::{Value, json};

use super::step_functions::{ARN, StepFunctions};
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

impl Scene {
    async fn after(operations: &[Operation]) -> Self {
        let machine = StepFunctions::start().await;
        let settings =
            [(name::COMPENSATION_STATE_MACHINE_ARN, ARN), ("AWS_ENDPOINT_URL_SFN", machine.url())];
        let world = World::configured(settings).await;
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
    let execution = format!("{ARN}:trip-1.3");
    let expected = json!({"trip_id": TRIP, "status": "CANCELLING", "execution_arn": execution});
    assert_eq!(first.body, expected);
    assert_eq!(first.headers["x-request-id"], json!(["request-1"]));

    let again = scene.cancel(&alice(), TRIP).await;
    assert_eq!((again.status, again.body["status"].as_str()), (202, Some("CANCELLING")));
    assert_eq!(scene.machine.started(), [("trip-1.3".to_owned(), compensation_input())]);
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
    let chain = [
        (Operation::PaymentRefund, "CANCELLING"),
        (Operation::HotelCancel, "CANCELLING"),
        (Operation::FlightCancel, "CANCELLED"),
    ];
    for (operation, status) in chain {
        scene.world.send(operation, compensation_task("cancellation")).await.unwrap();
        let answer = scene.cancel(&alice(), TRIP).await;
        assert_eq!(answer.status, 202);
        assert_eq!(answer.body, json!({"trip_id": TRIP, "status": status}));
    }
    assert_eq!(scene.machine.started(), []);
}

#[tokio::test]
async fn a_trip_that_is_not_confirmed_cannot_be_cancelled() {
    let scene = Scene::after(&[FlightReserve]).await;
    let answer = scene.cancel(&alice(), TRIP).await;
    assert_eq!((answer.status, answer.body["code"].as_str()), (409, Some("TripNotConfirmed")));
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
    assert_eq!((answer.status, answer.body["code"].as_str()), (401, Some("Unauthorized")));
    for id in ["trip#1", "trip 1", "trip\n", &"t".repeat(65)] {
        let answer = scene.cancel(&alice(), id).await;
        assert_eq!((answer.status, answer.body["code"].as_str()), (400, Some("InvalidRequest")));
        assert_eq!(answer.body["errors"][0]["field"], "trip_id");
    }
}

#[tokio::test]
async fn a_machine_that_takes_no_more_starts_asks_for_patience() {
    let scene = Scene::after(&BOOKING).await;
    scene.machine.refuse("ThrottlingException");
    let answer = scene.cancel(&alice(), TRIP).await;
    assert_eq!((answer.status, answer.body["code"].as_str()), (429, Some("TooManyRequests")));
    assert_eq!(answer.headers["retry-after"], json!(["1"]));
}

#[tokio::test]
async fn a_fault_of_ours_shows_nothing_of_its_cause() {
    let scene = Scene::after(&BOOKING).await;
    scene.machine.refuse("StateMachineDoesNotExist");
    let answer = scene.cancel(&alice(), TRIP).await;
    assert_eq!((answer.status, answer.body["code"].as_str()), (500, Some("InternalError")));
    assert!(!answer.body.to_string().contains("StateMachine"), "{}", answer.body);
}
