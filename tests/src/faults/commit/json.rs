//! JSON that is malformed, or nested deeper than anybody means it.

use bed::{Bed, Booking, invocation};
use domain::{ErrorCode, Failure};
use local::System;
use local::account::BOOKING_MACHINE;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use saga::Operation::{FlightReserve, HotelReserve};
use serde_json::{Value, json};
use state_machine::{ApiError, Filter, Page};

use super::support::{few_at_once, id, patient, run};
use crate::faults::schedules;
use crate::faults::suppliers::{Says, saying};

/// Texts that are not JSON, or nest too deep.
fn malformed() -> Vec<Vec<u8>> {
    let whole = Booking::new("trip-1").body().to_string();
    let nested = |open: &str, close: &str| open.repeat(5_000) + "1" + &close.repeat(5_000);
    let deep_field = format!("{{\"deep\":{},{}", nested("[", "]"), &whole[1..]);
    let texts = [
        String::new(),
        "{".to_owned(),
        whole[..whole.len() - 1].to_owned(),
        format!("{whole}}}"),
        format!("{whole}{whole}"),
        whole.replace("80000", "NaN"),
        whole.replace("80000", "080000"),
        whole.replace("\"JPY\"", "'JPY'"),
        whole.replace("Grand", "\\ud800"),
        whole.replace("Grand", "\n"),
        whole.replace("Grand", "\0"),
        nested("[", "]"),
        nested("{\"a\":", "}"),
        deep_field,
    ];
    let mut bodies: Vec<Vec<u8>> = texts.map(String::into_bytes).into();
    bodies.push(
        whole
            .replace("Grand", "\u{1}")
            .into_bytes()
            .iter()
            .map(|byte| if *byte == 1 { 0xff } else { *byte })
            .collect(),
    );
    bodies
}

async fn post(system: &System, body: Vec<u8>) -> reqwest::Response {
    let request = reqwest::Client::new().post(format!("{}/trips", system.urls().api));
    let request = request.bearer_auth("dev-customer-1").header("content-type", "application/json");
    request.body(body).send().await.unwrap()
}

async fn assert_nothing_started(bed: &Bed, system: &System) {
    let page = Page::default();
    let executions = system.runner().list(BOOKING_MACHINE, Filter::default(), &page).await.unwrap();
    assert!(executions.executions.is_empty());
    assert!(bed.fold().await.is_empty());
}

/// A body that is not JSON, or nests deeper than is read, is refused before anything is started or
/// written; so is an execution's input of that kind.
#[tokio::test]
async fn fault_36_malformed_and_deeply_nested_json_starts_nothing() {
    let bed = Bed::new().await;
    let (system, bodies) = (bed.system().await, malformed());
    for body in &bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let answer = post(&system, body.clone()).await;
        assert_eq!(answer.status(), 400, "{shown}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], "InvalidRequest", "{shown}");
        assert!(problem.to_string().len() < 1_000, "{problem}");
        if let Ok(input) = str::from_utf8(body) {
            let start = system.runner().start(BOOKING_MACHINE, "trip-1", input, None).await;
            assert!(matches!(start, Err(ApiError::InvalidExecutionInput(_))), "{shown}");
        }
    }
    assert_nothing_started(&bed, &system).await;
    system.stop().await;
    schedules(36, bodies.len());
}

/// A deep value in a task's own payload, in any field's place: a refusal that is recorded, and
/// bounded.
#[tokio::test]
async fn fault_36_a_task_with_a_deeply_nested_field_is_refused_and_recorded() {
    let bed = Bed::new().await;
    let deep = (0..120).fold(json!("deep"), |inner, _| json!([inner]));
    let fields = ["deep", "flight_details", "hotel_details", "amount", "currency", "sandbox"];
    for field in fields {
        let trip = format!("trip-{field}");
        let mut task = Booking::new(&trip).task("alice", "saga-1");
        task["input"][field] = deep.clone();
        let error = run(&bed, FlightReserve, task).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest, "{field}");
        let failure = bed.trip(&id(&trip)).await.unwrap().state().failure.clone().unwrap();
        assert!(failure.errors.iter().any(|error| error.field == field), "{failure:?}");
        assert!(serde_json::to_string(&failure).unwrap().len() < 1_000);
        assert_eq!(bed.committed(&id(&trip)).await.len(), 2);
    }
    schedules(36, fields.len());
}

/// Text that JSON has to escape, and text that it has not.
const CHARACTERS: &[char] =
    &['"', '\\', '/', '{', '}', '[', ']', ':', ',', '\'', '<', '満', 'é', '🏨', '\u{202e}', 'a'];

fn any_text(random: &mut StdRng) -> String {
    let length = random.random_range(1..=60);
    let text = (0..length).map(|_| CHARACTERS[random.random_range(0..CHARACTERS.len())]);
    text.collect()
}

/// Whatever a customer calls the hotel and in whatever words a supplier refuses it: each event is
/// written as JSON, and says it to the letter; a refusal with what hides in a text or turns it
/// around escaped.
#[tokio::test]
async fn fault_36_events_are_well_formed_whatever_the_texts_in_them() {
    const TEXTS: u64 = 20;
    let bed = Bed::new().await;
    let say = async |number: u64| {
        let text = any_text(&mut StdRng::seed_from_u64(number));
        let mut booking = Booking::new(&format!("trip-{number}")).task("alice", "saga-1");
        booking["input"]["hotel_details"]["hotel_name"] = json!(text);
        run(&bed, FlightReserve, booking.clone()).await.unwrap();
        run(&bed, HotelReserve, booking).await.unwrap();
        let events = bed.committed(&id(&format!("trip-{number}"))).await;
        assert_eq!(events[1]["data"]["hotel_name"], json!(text));

        let deps = patient(&bed).await.with_suppliers(saying(Says::No(text.clone())));
        let other = Booking::new(&format!("refused-{number}")).task("alice", "saga-1");
        let event = invocation(other);
        saga::handle(&deps, FlightReserve, event).await.unwrap_err();
        let events = bed.committed(&id(&format!("refused-{number}"))).await;
        let told = json!(Failure::new(ErrorCode::FlightUnavailable, text).detail);
        assert!(events.iter().all(|event| event["data"]["detail"] == told), "{events:?}");
    };
    few_at_once((0..TEXTS).map(say)).await;
    schedules(36, 20);
}
