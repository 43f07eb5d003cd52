//! `trip events forward` and `trip events tail --after` on a running system.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::process::{Ended, Process, run, trip};
use super::system::System;

/// A developer's HTTP server. It fails on the first request, and refuses what it was told to.
struct Hook {
    url: String,
    received: Arc<Mutex<Vec<Value>>>,
    _runtime: Runtime,
}

impl Hook {
    fn refusing(event_type: &'static str) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let received = Arc::default();
        let receive = move |state, headers, body| receive(event_type, state, headers, body);
        let router = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&received));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, received, _runtime: runtime }
    }

    /// The types of all events that were sent, in order.
    fn types(&self) -> Vec<String> {
        let received = self.received.lock().unwrap();
        received.iter().map(|event| event["detail-type"].as_str().unwrap().to_owned()).collect()
    }
}

async fn receive(
    refused: &'static str,
    State(received): State<Arc<Mutex<Vec<Value>>>>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    assert_eq!(headers["content-type"], "application/json");
    let event: Value = serde_json::from_str(&body).unwrap();
    let mut received = received.lock().unwrap();
    let is_refused = event["detail-type"] == refused;
    received.push(event);
    match received.len() {
        1 => StatusCode::SERVICE_UNAVAILABLE,
        _ if is_refused => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::NO_CONTENT,
    }
}

/// The lines of JSON that a command printed, and those before.
fn lines(read: &str, ended: &Ended) -> Vec<Value> {
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    let lines = read.lines().chain(ended.stdout.lines());
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn events_are_forwarded_until_ctrl_c_and_from_there_on_the_next_time() {
    let system = System::start();
    let hook = Hook::refusing("payment.captured.v1");
    let directory = tempfile::tempdir().unwrap();
    let dead_letters = directory.path().join("dead.jsonl");
    let forward = |from: &str| {
        let (url, file) = (&hook.url, dead_letters.display());
        let line = format!("events forward --json --to {url} --dead-letters {file} {from}");
        Process::spawn(system.command(&line))
    };
    let mut first = forward("--since 1h");
    system.confirmed("t-1");
    // A booking has four events.
    let read = first.read_until(|line| line.contains(r#""position":4,"#));
    first.signal("INT");
    let said = lines(&read, &first.end());
    let (retried, stopped) = (&said[0], &said[said.len() - 1]);
    assert_eq!((&retried["outcome"], &retried["wait_ms"]), (&"retried".into(), &500.into()));
    assert_eq!(retried["error"], "503 Service Unavailable");
    assert_eq!(stopped["outcome"], "stopped");
    assert_eq!((&stopped["delivered"], &stopped["dead"]), (&3.into(), &1.into()));
    assert_eq!(stopped["after"], 4);

    let letters = std::fs::read_to_string(&dead_letters).unwrap();
    let letter: Value = serde_json::from_str(&letters).unwrap();
    assert_eq!(letter["event"]["detail-type"], "payment.captured.v1");
    assert_eq!(letter["error"], "422 Unprocessable Entity");

    system.confirmed("t-2");
    let mut second = forward("--after 4");
    let read = second.read_until(|line| line.contains(r#""position":8,"#));
    second.signal("TERM");
    assert_eq!(lines(&read, &second.end()).last().unwrap()["after"], 8);

    let archive = system.trip("events tail --no-follow --json");
    let archived = archive.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
    let archived: Vec<Value> = archived.map(|line: Value| line["event"].clone()).collect();
    let received = hook.received.lock().unwrap().clone();
    assert_eq!(received[1..], archived, "each event once and in order, after the first failure");
    assert_eq!(hook.types().len(), 9);
}

#[test]
fn what_a_person_is_told_goes_on_with_a_pattern_too() {
    let system = System::start();
    system.confirmed("t-1");
    let hook = Hook::refusing("trip.failed.v1");
    let url = &hook.url;
    let pattern = r#"{"detail-type":["trip.confirmed.v1"]}"#;
    let line = format!("events forward --to {url} --since 1h --pattern {pattern}");
    let mut forward = Process::spawn(system.command(&line));
    let read = forward.read_until(|line| line.starts_with("delivered"));
    forward.signal("INT");
    let ended = forward.end();
    assert_eq!(hook.types(), ["trip.confirmed.v1"; 2]);
    assert!(read.contains("503 Service Unavailable; attempt 2 in 0.5 s\n"), "{read}");
    assert!(read.ends_with("  trip.confirmed.v1    t-1 4\n"), "{read}");
    assert_eq!(ended.stderr, "forwarding events; Ctrl-C stops\n");
    let told = ended.stdout.strip_prefix("1 event delivered, 0 dead; go on with --after ");
    let after: i64 = told.unwrap().trim().parse().unwrap();

    let rest = system.trip(&format!("events tail --no-follow --after {after} --pattern {pattern}"));
    assert_eq!((rest.code, rest.stdout.as_str()), (Some(0), ""));
    let with_it = format!("events tail --no-follow --json --after {}", after - 1);
    let first = system.trip(&with_it).stdout;
    let first: Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
    assert_eq!(first["position"], after);
}

#[test]
fn what_cannot_be_meant_exits_with_2_and_what_the_bus_refuses_with_1() {
    let to = "http://127.0.0.1:9/";
    for line in [
        "events tail --since 1h --after 3",
        &format!("events forward --to {to} --since 1h --after 3"),
        "events forward --to ftp://127.0.0.1/",
        "events forward --to 127.0.0.1:9",
    ] {
        let arguments: Vec<_> = line.split(' ').collect();
        assert_eq!(run(trip(&arguments), "").code, Some(2), "{line}");
    }
    let system = System::start();
    let refused = system.trip(&format!(r#"events forward --to {to} --pattern {{"source":[]}}"#));
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("Empty arrays are not allowed"), "{refused:?}");
}
