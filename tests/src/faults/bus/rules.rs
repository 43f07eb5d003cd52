//! Rules that the bus's matcher cannot serve. The matcher is a double: it fails by what a pattern
//! says.

use std::sync::Arc;

use domain::Clock;
use event_bus::{Config, EventBus, Filter, Position, WireResponse};
use event_pattern::{Compiled, Library, QuaminaLibrary};
use futures::TryStreamExt;
use lambda_kit::clock::SystemClock;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Fails where a pattern or an event says so.
struct Fragile;

impl Library for Fragile {
    fn compile(&self, patterns: &[String]) -> Result<Box<dyn Compiled>, String> {
        let says = |what: &str| patterns.iter().any(|pattern| pattern.contains(what));
        assert!(!says("panics when it is compiled"), "as told");
        if says("cannot be compiled") {
            return Err("as told".to_owned());
        }
        let compiled = QuaminaLibrary.compile(patterns)?;
        let (always, later) = (says("panics on every event"), says("panics on some event"));
        Ok(Box::new(Match { compiled, always, later }))
    }
}

struct Match {
    compiled: Box<dyn Compiled>,
    always: bool,
    later: bool,
}

impl Compiled for Match {
    fn matches(&self, event: &str) -> Result<bool, String> {
        let panics = self.always || self.later && event.contains("some event");
        assert!(!panics, "as told");
        self.compiled.matches(event)
    }
}

struct World {
    bus: EventBus,
    file: TempDir,
}

impl World {
    fn new() -> Self {
        let file = TempDir::new().unwrap();
        Self { bus: open(&file, Arc::new(Fragile)), file }
    }

    /// The same file, opened by another release, with another matcher.
    fn reopened(self, library: Arc<dyn Library>) -> Self {
        drop(self.bus);
        Self { bus: open(&self.file, library), file: self.file }
    }

    async fn call(&self, operation: &str, body: Value) -> WireResponse {
        event_bus::handle(&self.bus, operation, body.to_string().into()).await
    }

    async fn put_rule(&self, name: &str, pattern: &Value) -> WireResponse {
        let rule = json!({"Name": name, "EventPattern": pattern.to_string()});
        self.call("PutRule", rule).await
    }

    /// Publishes an event, and says which rules got it.
    async fn publish(&self, detail_type: &str) -> Vec<String> {
        let entry = json!({"Source": "trip-saga", "DetailType": detail_type, "Detail": "{}"});
        let answer = self.call("PutEvents", json!({"Entries": [entry]})).await;
        let said: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!((answer.status, &said["FailedEntryCount"]), (200, &json!(0)), "{said}");
        let events = self.bus.archive().replay(Position::START, Filter::default());
        let events: Vec<_> = events.try_collect().await.unwrap();
        events.into_iter().next_back().unwrap().rules
    }
}

fn open(file: &TempDir, library: Arc<dyn Library>) -> EventBus {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let config = Config { library, ..Config::new(clock) };
    EventBus::open(&file.path().join("events.db"), config).unwrap()
}

/// A pattern for every event of ours, and for one that says `what`.
fn ours_or(what: &str) -> Value {
    json!({"$or": [{"source": ["trip-saga"]}, {"detail-type": [what]}]})
}

#[tokio::test]
async fn fault_73_a_rule_that_the_matcher_cannot_serve_is_refused_with_the_reason() {
    let world = World::new();
    for what in ["cannot be compiled", "panics when it is compiled", "panics on every event"] {
        let refused = world.put_rule("bad", &ours_or(what)).await;
        let said = String::from_utf8(refused.body.to_vec()).unwrap();
        assert_eq!(refused.status, 400, "{what}: {said}");
        assert_eq!(refused.error_type.as_deref(), Some("InvalidEventPatternException"));
        assert!(said.contains("as told"), "{what}: {said}");
    }
    assert_eq!(world.put_rule("good", &ours_or("good")).await.status, 200);
    assert_eq!(world.publish("good").await, ["good"]);
}

#[tokio::test]
async fn fault_73_a_rule_that_fails_on_an_event_keeps_no_other_rule_from_it() {
    let world = World::new();
    for (name, what) in [("a-rule", "a"), ("fragile", "panics on some event"), ("z-rule", "z")] {
        assert_eq!(world.put_rule(name, &ours_or(what)).await.status, 200, "{name}");
    }
    assert_eq!(world.publish("some event").await, ["a-rule", "z-rule"]);
    assert_eq!(world.publish("another").await, ["a-rule", "fragile", "z-rule"]);
}

#[tokio::test]
async fn fault_73_a_kept_rule_that_a_later_matcher_refuses_is_out_of_work_alone() {
    let world = World::new().reopened(Arc::new(QuaminaLibrary));
    for (name, what) in [("good", "good"), ("bad", "panics when it is compiled")] {
        assert_eq!(world.put_rule(name, &ours_or(what)).await.status, 200, "{name}");
    }
    assert_eq!(world.publish("any").await, ["bad", "good"]);
    let world = world.reopened(Arc::new(Fragile));
    assert_eq!(world.publish("any").await, ["good"]);
    let deleted = world.call("DeleteRule", json!({"Name": "bad"})).await;
    assert_eq!(deleted.status, 200);
}
