//! The id of a request: on its answer, in the log, and with the function that answers.

use std::sync::Arc;

use bed::{Bed, Booking};
use local::{Faults, InvocationFaults, Options, System};
use local::{Function, InvocationError};
use reqwest::{Method, Response};
use serde_json::Value;

use crate::logs::Logs;

/// What was logged since the last time, by message: the ids of the spans around each line.
fn taken(logs: &Logs) -> Vec<(String, Vec<String>)> {
    logs.take().lines().map(|line| ids(&serde_json::from_str(line).unwrap())).collect()
}

fn ids(line: &Value) -> (String, Vec<String>) {
    let spans = line["spans"].as_array().into_iter().flatten();
    let ids = spans.filter_map(|span| span["request_id"].as_str().map(str::to_owned));
    (line["message"].as_str().unwrap_or_default().to_owned(), ids.collect())
}

async fn send(system: &System, (method, path, token): (Method, &str, &str), id: &str) -> Response {
    let request = reqwest::Client::new().request(method, format!("{}{path}", system.urls().api));
    let request = request.bearer_auth(token).header("x-request-id", id);
    request.json(Booking::new("trip-1").body()).send().await.unwrap()
}

const NO_FUNCTION: Option<&str> = None;
const READ: Option<&str> = Some("answered");
const CANCEL: Option<&str> = Some("cancellation accepted");

/// Each row: a request, its answer's status, and what the function behind it logs.
const REQUESTS: [(Method, &str, &str, u16, Option<&str>); 8] = [
    (Method::POST, "/trips", "dev-operator", 202, NO_FUNCTION),
    (Method::GET, "/trips/trip-1", "dev-operator", 200, READ),
    (Method::GET, "/trips/no-such-trip", "dev-operator", 404, READ),
    (Method::GET, "/trips?limit=0", "dev-operator", 400, READ),
    (Method::POST, "/trips/trip-1/cancellation", "dev-operator", 202, CANCEL),
    (Method::GET, "/nowhere", "dev-operator", 404, NO_FUNCTION),
    (Method::GET, "/trips", "nobody", 401, NO_FUNCTION),
    (Method::PUT, "/trips", "dev-operator", 405, NO_FUNCTION),
];

#[tokio::test]
async fn a_clients_id_is_on_every_answer_and_in_the_log_of_gateway_and_function() {
    let (bed, logs) = (Bed::new().await, Logs::capture());
    let system = bed.system().await;
    for (number, (method, path, token, status, function)) in REQUESTS.into_iter().enumerate() {
        logs.take();
        let id = format!("request-{number}");
        let answer = send(&system, (method, path, token), &id).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers()["x-request-id"], id);
        let lines = taken(&logs);
        for expected in ["the gateway answered"].into_iter().chain(function) {
            let line = lines.iter().find(|(message, _)| message == expected);
            let (_, ids) = line.unwrap_or_else(|| panic!("{path}: no {expected:?} in {lines:?}"));
            assert!(ids.contains(&id), "{path}: {expected} is of {ids:?}");
        }
        system.idle().await.unwrap();
    }
    system.stop().await;
}

#[tokio::test]
async fn an_id_that_cannot_be_used_is_replaced_and_never_logged() {
    let (bed, logs) = (Bed::new().await, Logs::capture());
    let system = bed.system().await;
    logs.take();
    let sent = "4111 1111 1111 1111";
    let answer = send(&system, (Method::GET, "/trips/trip-1", "dev-operator"), sent).await;
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert!(uuid::Uuid::parse_str(&id).is_ok(), "{id}");
    let text = logs.text();
    assert!(!text.contains("4111"), "{text}");
    let answers = taken(&logs).into_iter().filter(|(message, _)| message.ends_with("answered"));
    let ids: Vec<_> = answers.flat_map(|(_, ids)| ids).collect();
    assert!(ids.len() >= 2 && ids.iter().all(|logged| *logged == id), "{id}: {ids:?}");
    system.stop().await;
}

/// Every function fails.
struct Broken;

impl InvocationFaults for Broken {
    fn before(&self, _: Function, _: &Value) -> Option<InvocationError> {
        let [error_type, message] = ["Runtime.ExitError", "as told"].map(str::to_owned);
        Some(InvocationError { error_type, message })
    }
}

#[tokio::test]
async fn where_only_warnings_are_logged_they_carry_the_id_too() {
    let (bed, logs) = (Bed::new().await, Logs::capture_from("warn"));
    let faults = Faults { invocations: Arc::new(Broken), ..Faults::default() };
    let system = System::start(Options { faults, ..bed.options() }).await.unwrap();
    logs.take();
    let answer = send(&system, (Method::GET, "/trips/trip-1", "dev-operator"), "my-id").await;
    assert_eq!(answer.status(), 502);
    let lines = taken(&logs);
    let line = lines.iter().find(|(message, _)| message == "the function failed");
    assert_eq!(
        line.map(|(_, ids)| ids.as_slice()),
        Some(&["my-id".to_owned()] as &[_]),
        "{lines:?}"
    );
    system.stop().await;
}
