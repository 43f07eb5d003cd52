//! Payloads that no function expects: every value of a good one replaced by others, and left out.

use std::iter::once;

use bed::{Bed, Booking, Sandbox};
use domain::ErrorCode;
use serde_json::{Value, json};

use super::booked::Booked;
use super::{QUERY_API, SAGA, SWEEPER};
use crate::faults::schedules;

/// Deeper than a decoder goes.
const TOO_DEEP: usize = 200;

/// What takes the place of each value in turn.
fn hostile_values() -> Vec<Value> {
    let text = format!("\u{0}#\u{202e}{}", "\u{1f9ff}".repeat(500));
    vec![Value::Null, json!("9".repeat(50)), json!(text), json!([{}])]
}

/// Every payload that differs from a good one in one value, which is another or left out; and one
/// that is too deep. `good` is given their numbers.
fn hostile(good: impl Fn(usize) -> Value) -> Vec<Value> {
    let too_deep = (0..TOO_DEEP).fold(json!(1), |inner, _| json!([inner]));
    let mut payloads = vec![too_deep];
    for pointer in pointers(&good(0)) {
        for value in hostile_values().into_iter().map(Some).chain(once(None)) {
            let mut payload = good(payloads.len());
            replace(&mut payload, &pointer, value);
            payloads.push(payload);
        }
    }
    payloads
}

/// JSON pointers to every value in this one, itself first.
fn pointers(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, v)| (name.clone(), v)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, v)| (n.to_string(), v)).collect(),
        _ => Vec::new(),
    };
    let below = children.iter().flat_map(|(name, child)| {
        pointers(child).into_iter().map(move |rest| format!("/{name}{rest}"))
    });
    once(String::new()).chain(below).collect()
}

/// Puts another value in the place, or leaves the field out.
fn replace(payload: &mut Value, pointer: &str, value: Option<Value>) {
    if let Some(value) = value {
        *payload.pointer_mut(pointer).unwrap() = value;
        return;
    }
    let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
    match payload.pointer_mut(parent).unwrap() {
        Value::Object(fields) => drop(fields.shift_remove(name)),
        other => *other = json!([]),
    }
}

/// Sends all payloads. Each is answered, or ends in an error that is not ours, and the one process
/// that was started still serves.
async fn survives(function: Sandbox, payloads: &[Value]) -> usize {
    for payload in payloads {
        match function.invoke(payload).await {
            Ok(answer) => assert!(answer["statusCode"].as_u64() < Some(500), "{payload}: {answer}"),
            Err(error) => {
                let code: ErrorCode = error.error_type.parse().unwrap();
                assert_ne!(code, ErrorCode::InternalError, "{payload}: {}", error.message);
            }
        }
    }
    assert_eq!(function.starts(), 1);
    payloads.len()
}

/// Nothing that a payload can hold makes a function panic or ends its process, so no batch and no
/// task can come again for ever because of what it says.
#[tokio::test]
async fn fault_29_no_payload_ends_the_process_of_a_consumer_of_the_stream() {
    let booked = Booked::new(1).await;
    let first = |batch: Value| json!({ "Records": [batch["Records"][0]] });
    let events = hostile(|_| first(booked.events(&booked.trips)));
    let states = hostile(|_| first(booked.states(&booked.trips)));
    let dispatched = survives(booked.dispatcher(10, 900), &events);
    let projected = survives(booked.projector(), &states);
    let (dispatched, projected) = tokio::join!(dispatched, projected);
    schedules(29, dispatched + projected);
}

/// The same for the saga's functions, the read side and the sweeper.
#[tokio::test]
async fn fault_29_no_payload_ends_the_process_of_a_step_or_of_the_api() {
    let bed = Bed::new().await;
    let task = |number| Booking::new(&format!("trip-{number}")).task("alice", "saga-1");
    let function = |binary, handler| Sandbox::new(binary, handler, &bed.settings());
    let steps = hostile(task);
    let searches = hostile(|_| search());
    let counts = [
        survives(function(SAGA, "flight.reserve"), &steps).await,
        survives(function(SAGA, "payment.refund"), &steps).await,
        survives(function(QUERY_API, "query-api"), &searches).await,
        survives(function(SWEEPER, "sweeper"), &hostile_values()).await,
    ];
    schedules(29, counts.iter().sum());
}

/// A search as API Gateway hands it over.
fn search() -> Value {
    json!({
        "path": "/trips",
        "httpMethod": "GET",
        "headers": { "Accept": "application/json" },
        "multiValueQueryStringParameters": { "status": ["FAILED"], "limit": ["5"] },
        "requestContext": {
            "httpMethod": "GET",
            "stage": "dev",
            "requestId": "request-1",
            "authorizer": { "claims": { "sub": "alice" } },
        },
    })
}
