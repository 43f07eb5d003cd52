//! `trip events replay` on a system with an ordered bus, and on one without.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::process::{Process, eventually};
use super::system::System;

/// A developer's HTTP server, which refuses every third request for now.
struct Hook {
    url: String,
    received: Arc<Mutex<Received>>,
    _runtime: Runtime,
}

#[derive(Default)]
struct Received {
    requests: usize,
    taken: Vec<Value>,
}

impl Hook {
    fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let received = Arc::<Mutex<Received>>::default();
        let router = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&received));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, received, _runtime: runtime }
    }

    /// The sequence numbers of each trip's events, in the order in which they came.
    fn trips(&self) -> BTreeMap<String, Vec<u64>> {
        let mut trips = BTreeMap::<_, Vec<_>>::new();
        for event in &self.received.lock().unwrap().taken {
            let text = |name: &str| event["detail"][name].as_str().unwrap().to_owned();
            trips.entry(text("subject")).or_default().push(text("sequence").parse().unwrap());
        }
        trips
    }
}

async fn receive(State(received): State<Arc<Mutex<Received>>>, body: String) -> StatusCode {
    let mut received = received.lock().unwrap();
    received.requests += 1;
    if received.requests % 3 == 1 {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    received.taken.push(serde_json::from_str(&body).unwrap());
    StatusCode::NO_CONTENT
}

fn all(trips: &[&str]) -> BTreeMap<String, Vec<u64>> {
    // A booking has four events.
    trips.iter().map(|trip| ((*trip).to_owned(), vec![1, 2, 3, 4])).collect()
}

#[test]
fn what_an_ordered_bus_keeps_is_replayed_in_order_and_followed() {
    let system = System::with(&["--ephemeral", "--bus", "ordered"]);
    for trip in ["t-1", "t-2"] {
        system.confirmed(trip);
    }
    on_the_bus(&system, 8);
    let hook = Hook::start();
    let ended = system.trip(&format!("events replay --json --from 1h --to {}", hook.url));
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
    let told: Value = serde_json::from_str(ended.stdout.lines().last().unwrap()).unwrap();
    assert_eq!((&told["outcome"], &told["left"]), (&"caught_up".into(), &0.into()));
    assert_eq!((&told["settled"], &told["position"]), (&8.into(), &8.into()));
    assert_eq!(hook.trips(), all(&["t-1", "t-2"]));

    let chosen = Hook::start();
    let pattern = r#"{"detail":{"subject":["t-2"]}}"#;
    let line = format!("events replay --to {} --pattern {pattern}", chosen.url);
    let ended = system.trip(&line);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "caught up 8 events\n"));
    assert_eq!(chosen.trips(), all(&["t-2"]));

    let follower = Hook::start();
    let line = format!("events replay --follow --json --to {}", follower.url);
    let mut process = Process::spawn(system.command(&line));
    process.read_until(|line| line.contains(r#""left":0"#));
    system.confirmed("t-3");
    let wanted = all(&["t-1", "t-2", "t-3"]);
    eventually("the new events come", || (follower.trips() == wanted).then_some(()));
    process.signal("INT");
    let ended = process.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.lines().last().unwrap().contains("stopped"), "{ended:?}");

    let left = subscribers(&system);
    assert_eq!(left, "[]", "no subscriber stays");
}

#[test]
fn a_classic_bus_has_no_subscribers_and_the_command_says_what_there_is() {
    let system = System::start();
    let refused = system.trip("events replay --to http://127.0.0.1:9/ --from 1h");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    for told in ["publishes to a classic bus", "events forward --since", "trip up --bus ordered"] {
        assert!(refused.stderr.contains(told), "{refused:?}");
    }
}

/// Waits until the archive has so many events.
fn on_the_bus(system: &System, events: usize) {
    eventually("the events are on the bus", || {
        let archived = system.trip("events tail --no-follow --json").stdout;
        (archived.lines().count() == events).then_some(())
    });
}

/// Where the subscribers are, as the system tells it.
fn subscribers(system: &System) -> String {
    let runtime = Runtime::new().unwrap();
    let url = format!("{}/ordered-bus/subscribers", system.url("aws"));
    runtime.block_on(async move {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(url).send().await.unwrap().text().await.unwrap()
    })
}
