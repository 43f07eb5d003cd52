//! Rules with targets on a running system, and what it could not deliver.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::process::eventually;
use super::system::System;

/// A developer's HTTP server.
struct Hook {
    url: String,
    state: Arc<Received>,
    runtime: Runtime,
}

/// What came, and the status that it is answered with.
struct Received {
    events: Mutex<Vec<Value>>,
    status: AtomicU16,
}

impl Hook {
    fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let state = Arc::new(Received { events: Mutex::default(), status: AtomicU16::new(204) });
        let router = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&state));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, state, runtime }
    }

    fn answer(&self, status: u16) {
        self.state.status.store(status, Ordering::SeqCst);
    }

    /// The trip and the type of each event that was taken.
    fn taken(&self) -> BTreeSet<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let events = self.state.events.lock().unwrap();
        events.iter().map(|e| (text(&e["detail"]["subject"]), text(&e["detail-type"]))).collect()
    }

    fn gets(&self, trip: &str, event_type: &str) {
        let wanted = (trip.to_owned(), event_type.to_owned());
        eventually("the event comes", || self.taken().contains(&wanted).then_some(()));
    }

    /// Calls an operation of the system's EventBridge.
    fn ask(&self, system: &System, operation: &str, request: &Value) -> Value {
        let target = format!("AWSEvents.{operation}");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let call = http.post(system.url("aws")).header("x-amz-target", target);
        let call = call.body(request.to_string());
        self.runtime.block_on(async { call.send().await.unwrap().json().await.unwrap() })
    }

    /// Makes this server a target for how trips end.
    fn subscribe(&self, system: &System) {
        let on = json!({"Name": "ended", "EventBusName": "trip-saga",
                        "EventPattern": r#"{"detail-type":[{"prefix":"trip."}]}"#});
        assert!(self.ask(system, "PutRule", &on)["RuleArn"].is_string());
        let target = json!({"Rule": "ended", "EventBusName": "trip-saga",
                            "Targets": [{"Id": "hook", "Arn": self.url}]});
        assert_eq!(self.ask(system, "PutTargets", &target)["FailedEntryCount"], 0);
    }
}

async fn receive(State(state): State<Arc<Received>>, body: String) -> StatusCode {
    let status = StatusCode::from_u16(state.status.load(Ordering::SeqCst)).unwrap();
    if status.is_success() {
        state.events.lock().unwrap().push(serde_json::from_str(&body).unwrap());
    }
    status
}

fn start_on(data: &Path) -> System {
    System::with(&["--data", data.to_str().unwrap()])
}

#[test]
fn a_killed_system_delivers_what_waited_when_it_starts_again() {
    let (directory, hook) = (tempfile::tempdir().unwrap(), Hook::start());
    let system = start_on(directory.path());
    hook.subscribe(&system);
    system.confirmed("t-1");
    hook.gets("t-1", "trip.confirmed.v1");
    hook.answer(503);
    system.confirmed("t-2");
    system.stop("KILL");
    hook.answer(200);
    let system = start_on(directory.path());
    hook.gets("t-2", "trip.confirmed.v1");
    system.confirmed("t-3");
    hook.gets("t-3", "trip.confirmed.v1");
    let types: BTreeSet<_> = hook.taken().into_iter().map(|(_, event_type)| event_type).collect();
    assert_eq!(types, BTreeSet::from(["trip.confirmed.v1".to_owned()]));
}

#[test]
fn dead_letters_are_listed_redriven_and_discarded() {
    let (directory, hook) = (tempfile::tempdir().unwrap(), Hook::start());
    let system = start_on(directory.path());
    hook.subscribe(&system);
    hook.answer(400);
    system.confirmed("t-1");
    system.confirmed("t-2");
    let file = directory.path().join("dead-letters.jsonl");
    let at = |line: &str| format!("events dead-letters {line} --file {}", file.display());
    let letters = || -> Vec<Value> {
        let listed = system.trip(&at("list --json"));
        assert_eq!(listed.code, Some(0), "{listed:?}");
        listed.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let dead = eventually("two dead letters", || Some(letters()).filter(|dead| dead.len() == 2));
    let id = |letter: &Value| letter["id"].as_str().unwrap().to_owned();
    let first = dead.iter().find(|letter| letter["event"]["detail"]["subject"] == "t-1").unwrap();
    assert_eq!(first["error"], "400 Bad Request");
    let shown = system.trip(&at("list")).stdout;
    assert!(shown.starts_with("ID ") && shown.contains(&hook.url), "{shown}");
    assert_eq!(shown.lines().count(), 3);

    let dry = system.trip(&at("redrive --all --dry-run"));
    let told = "2 dead letters would be sent\n";
    assert!(dry.code == Some(0) && dry.stdout.ends_with(told), "{dry:?}");
    let refused = system.trip(&at("redrive --all"));
    assert!(refused.code == Some(1) && refused.stdout.contains("400 Bad Request"), "{refused:?}");
    assert_eq!((letters().len(), hook.taken().len()), (2, 0));

    hook.answer(200);
    let redriven = system.trip(&at(&format!("redrive --json {}", id(first))));
    let told: Value = serde_json::from_str(redriven.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(told, json!({"id": id(first), "outcome": "delivered", "status": 200}));
    hook.gets("t-1", "trip.confirmed.v1");
    let left = letters();
    assert_eq!((left.len(), &left[0]["event"]["detail"]["subject"]), (1, &"t-2".into()));
    let unknown = system.trip(&at(&format!("discard {}", id(first))));
    assert!(unknown.code == Some(3) && unknown.stderr.contains("there is no dead letter"));
    let discarded = system.trip(&at("discard --all"));
    assert!(discarded.stdout.ends_with("1 dead letter discarded\n"), "{discarded:?}");
    let none = system.trip(&at("list")).stdout;
    assert!(none.starts_with("there are no dead letters in "), "{none}");
    assert_eq!(hook.taken().len(), 1);
}
