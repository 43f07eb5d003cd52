//! Rules that the bus's matcher cannot serve, and rules that fail on an event.

use std::sync::Arc;

use domain::Clock;
use event_bus::{Config, EventBus, Filter, Interceptor, Position, WireResponse};
use event_pattern::EventJson;
use futures::TryStreamExt;
use lambda_kit::clock::SystemClock;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Panics when the rule `fragile` is asked about some events.
struct Fragile;

impl Interceptor for Fragile {
    fn rule(&self, name: &str, event: &EventJson) {
        let panics = name == "fragile" && event.as_str().contains("some event");
        assert!(!panics, "as told");
    }
}

struct World {
    bus: EventBus,
    file: TempDir,
}

impl World {
    fn new() -> Self {
        let file = TempDir::new().unwrap();
        Self { bus: open(&file), file }
    }

    fn reopened(self) -> Self {
        drop(self.bus);
        Self { bus: open(&self.file), file: self.file }
    }

    async fn call(&self, operation: &str, body: Value) -> WireResponse {
        event_bus::handle(&self.bus, operation, body.to_string().into()).await
    }

    async fn put_rule(&self, name: &str, pattern: &Value) -> WireResponse {
        let rule = json!({"Name": name, "EventPattern": pattern.to_string()});
        self.call("PutRule", rule).await
    }

    /// The state and the description of a rule.
    async fn described(&self, name: &str) -> (String, String) {
        let answer = self.call("DescribeRule", json!({ "Name": name })).await;
        let said: Value = serde_json::from_slice(&answer.body).unwrap();
        let text = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
        (text("State"), text("Description"))
    }

    /// Publishes an event, and says which rules got it.
    async fn publish(&self, detail_type: &str, detail: &Value) -> Vec<String> {
        let detail = detail.to_string();
        let entry = json!({"Source": "trip-saga", "DetailType": detail_type, "Detail": detail});
        let answer = self.call("PutEvents", json!({"Entries": [entry]})).await;
        let said: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!((answer.status, &said["FailedEntryCount"]), (200, &json!(0)), "{said}");
        let events = self.bus.archive().replay(Position::START, Filter::default());
        let events: Vec<_> = events.try_collect().await.unwrap();
        events.into_iter().next_back().unwrap().rules
    }
}

fn open(file: &TempDir) -> EventBus {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let config = Config { interceptor: Arc::new(Fragile), ..Config::new(clock) };
    EventBus::open(&file.path().join("events.db"), config).unwrap()
}

fn ours() -> Value {
    json!({"source": ["trip-saga"]})
}

/// A thousand combinations, each of which looks for elements of the array `a` in which `zz` is 0.
fn laborious() -> Value {
    let choice = |key: &str| {
        let branches: Vec<_> = (0..10).map(|n| json!({ key: [{"anything-but": n}] })).collect();
        json!({ "$or": branches })
    };
    let fields = json!({"x": choice("p"), "y": choice("q"), "z": choice("r"), "zz": [0]});
    json!({"detail": {"a": fields}})
}

/// Elements that differ from it only in the last field.
fn elements(count: usize) -> Value {
    let element = json!({"x": {"p": 10}, "y": {"q": 10}, "z": {"r": 10}, "zz": 1});
    json!({ "a": vec![element; count] })
}

#[tokio::test]
async fn fault_73_a_rule_that_the_matcher_cannot_serve_is_refused_with_the_reason() {
    let world = World::new();
    for (pattern, reason) in [
        (json!({"ip": [{"cidr": "0.0.0.0/0"}]}), "cidr of all addresses (at ip)"),
        (json!({"ip": [{"cidr": "10.0.0.0"}]}), "Malformed CIDR, one '/' required (at ip)"),
    ] {
        let refused = world.put_rule("bad", &pattern).await;
        let said = String::from_utf8(refused.body.to_vec()).unwrap();
        assert_eq!(refused.status, 400, "{pattern}: {said}");
        assert_eq!(refused.error_type.as_deref(), Some("InvalidEventPatternException"));
        assert!(said.contains(reason), "{pattern}: {said}");
    }
    assert_eq!(world.put_rule("good", &ours()).await.status, 200);
    assert_eq!(world.publish("any", &json!({})).await, ["good"]);
}

#[tokio::test]
async fn fault_73_a_rule_that_panics_is_switched_off_and_keeps_no_other_from_the_event() {
    let world = World::new();
    for name in ["a-rule", "fragile", "z-rule"] {
        assert_eq!(world.put_rule(name, &ours()).await.status, 200, "{name}");
    }
    assert_eq!(world.publish("another", &json!({})).await, ["a-rule", "fragile", "z-rule"]);
    assert_eq!(world.publish("some event", &json!({})).await, ["a-rule", "z-rule"]);
    assert_eq!(world.publish("another", &json!({})).await, ["a-rule", "z-rule"]);

    let why = "[Switched off by the local bus: the matcher panicked: as told]";
    assert_eq!(world.described("fragile").await, ("DISABLED".to_owned(), why.to_owned()));
    let world = world.reopened();
    assert_eq!(world.described("fragile").await, ("DISABLED".to_owned(), why.to_owned()));
    assert_eq!(world.publish("another", &json!({})).await, ["a-rule", "z-rule"]);

    assert_eq!(world.put_rule("fragile", &ours()).await.status, 200);
    assert_eq!(world.described("fragile").await, ("ENABLED".to_owned(), String::new()));
    assert_eq!(world.publish("another", &json!({})).await, ["a-rule", "fragile", "z-rule"]);
}

#[tokio::test]
async fn fault_73_a_rule_that_takes_too_much_work_is_switched_off() {
    let world = World::new();
    for (name, pattern) in [("a-rule", ours()), ("laborious", laborious()), ("z-rule", ours())] {
        assert_eq!(world.put_rule(name, &pattern).await.status, 200, "{name}");
    }
    assert_eq!(world.publish("short", &elements(10)).await, ["a-rule", "z-rule"]);
    assert_eq!(world.described("laborious").await.0, "ENABLED");
    assert_eq!(world.publish("long", &elements(2_000)).await, ["a-rule", "z-rule"]);
    let (state, description) = world.described("laborious").await;
    assert_eq!(state, "DISABLED");
    assert!(description.contains("more than 1000000 steps"), "{description}");
}
