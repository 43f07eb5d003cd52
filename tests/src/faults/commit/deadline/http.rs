//! The functions behind HTTP, while one of their calls hangs.

use bed::{Bed, Booking, Fault, FaultProxy, faults};
use lambda_kit::config::name;
use saga::Operation::{self, TripCancel};
use serde_json::{Value, json};

use super::super::support::{READ, proxy_event, run};
use super::{TIME, in_time};
use crate::faults::schedules;

/// The answer of a function that ran out of time: the client is told to ask again.
fn assert_try_again(answer: &Value, case: &str) {
    assert_eq!(answer["statusCode"], 503, "{case}: {answer}");
    assert_eq!(answer["multiValueHeaders"]["retry-after"], json!(["1"]), "{case}");
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["code"], "StoreUnavailable", "{case}");
}

async fn booked() -> Bed {
    let bed = Bed::new().await;
    let task = Booking::new("trip-1").task("alice", "saga-1");
    for step in [Operation::FlightReserve, Operation::HotelReserve, Operation::PaymentProcess] {
        run(&bed, step, task.clone()).await.unwrap();
    }
    bed
}

/// Each route of the read side, while the table does not answer: 503 before the function is
/// stopped. What needs no table is answered meanwhile.
#[tokio::test]
async fn fault_11_the_read_side_answers_before_it_is_stopped() {
    let hangs = [
        (READ, "/trips/trip-1"),
        (READ, "/trips/trip-1/events"),
        ("Query", "/trips/trip-1/events"),
        ("Query", "/trips"),
    ];
    let (bed, none) = (booked().await, json!({}));
    let deps = bed.query_api().await;
    for (call, path) in hangs {
        bed.database.inject(faults::always(call, Fault::Hang));
        let get = async |path| {
            let event = bed.ending_after(TIME, proxy_event("GET", path, &none));
            in_time(query_api::handle(&deps, event)).await.unwrap()
        };
        let (answer, health) = tokio::join!(get(path), get("/health"));
        assert_try_again(&answer, path);
        assert_eq!(health["statusCode"], 200);
        bed.database.heal();
        assert_eq!(get(path).await["statusCode"], 200, "{path}");
    }
    schedules(11, 4);
}

/// A cancellation whose trip cannot be read, or whose chain does not say whether it started: 503 in
/// time. It may be asked for again, since a chain is started once a version.
#[tokio::test]
async fn fault_11_a_cancellation_answers_before_it_is_stopped() {
    let cases = [
        (READ, Fault::Hang),
        ("StartExecution", Fault::Hang),
        ("StartExecution", Fault::Disconnect),
    ];
    let bed = booked().await;
    // Nobody serves behind this proxy, which lets no call pass either.
    let machines = FaultProxy::before("http://127.0.0.1:9").await;
    let arn = "arn:aws:states:eu-west-1:000000000000:stateMachine:trip-compensation";
    let changes =
        [("AWS_ENDPOINT_URL_SFN", machines.url()), (name::COMPENSATION_STATE_MACHINE_ARN, arn)];
    let deps = bed.saga_with(&changes).await;
    let deps = deps.with_clock(bed.clock.clone());
    for (call, fault) in cases.clone() {
        let name = fault.name();
        bed.database.inject(faults::always(call, fault.clone()));
        machines.inject(faults::always(call, fault));
        let payload = proxy_event("POST", "/trips/trip-1/cancellation", &json!({}));
        let event = bed.ending_after(TIME, payload);
        let answer = in_time(saga::handle(&deps, TripCancel, event)).await.unwrap();
        assert_try_again(&answer, &format!("{call} {name}"));
        bed.database.heal();
        machines.heal();
    }
    schedules(11, cases.len());
}
