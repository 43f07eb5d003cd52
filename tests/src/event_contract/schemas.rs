//! Every event is what the schema says that it names, and what the page for subscribers promises.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::Fact;
use jsonschema::Registry;
use serde_json::{Value, json};

use super::published::Published;

/// The errors of a value by the schema at an address, which is one of the registry's.
fn errors(schemas: &Registry<'_>, address: &str, value: &Value) -> Vec<String> {
    let options = jsonschema::draft202012::options().with_registry(schemas);
    let schema = json!({ "$ref": address });
    let validator = options.should_validate_formats(true).build(&schema).unwrap();
    validator.iter_errors(value).map(|error| error.to_string()).collect()
}

fn text<'a>(event: &'a Value, pointer: &str) -> &'a str {
    event.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {event}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_published_event_is_what_the_schema_says_that_its_dataschema_leads_to() {
    let published = Published::start().await;
    let events = published.events(None).await;
    let mut schemas = BTreeMap::new();
    for event in &events {
        let (address, _) = text(event, "/detail/dataschema").split_once('#').unwrap();
        if !schemas.contains_key(address) {
            schemas.insert(address.to_owned(), published.served(address).await);
        }
    }
    let registry = Registry::new().extend(schemas.clone()).unwrap().prepare().unwrap();
    for event in &events {
        let (detail, data) = (&event["detail"], &event["detail"]["data"]);
        let described = text(detail, "/dataschema");
        let (whole, _) = described.split_once('#').unwrap();
        assert_eq!(errors(&registry, whole, detail), Vec::<String>::new(), "{event}");
        assert_eq!(errors(&registry, described, data), Vec::<String>::new(), "{event}");
        assert_eq!(schemas[whole]["properties"]["type"]["const"], detail["type"]);
        assert_eq!(
            (&event["detail-type"], &event["source"]),
            (&detail["type"], &json!("trip-saga"))
        );
    }
    let seen: BTreeSet<_> = events.iter().map(|event| text(event, "/detail-type")).collect();
    assert_eq!(seen, BTreeSet::from(Fact::TYPES));
    published.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_page_promises_of_a_trips_events_holds() {
    let published = Published::start().await;
    let mut trips = BTreeMap::<String, BTreeMap<String, Value>>::new();
    for event in published.events(None).await {
        let trip = trips.entry(text(&event, "/detail/subject").to_owned()).or_default();
        let sequence = text(&event, "/detail/sequence").to_owned();
        let first = trip.entry(sequence).or_insert_with(|| event["detail"].clone());
        assert_eq!(*first, event["detail"], "one event, one form");
    }
    for (trip, events) in &trips {
        let expected: Vec<_> = (1..=events.len()).map(|place| format!("{place:010}")).collect();
        assert_eq!(events.keys().cloned().collect::<Vec<_>>(), expected, "{trip}");
    }
    let types = |trip: &str| -> Vec<_> {
        trips[trip].values().map(|event| text(event, "/type").to_owned()).collect()
    };
    assert_eq!(types("tombstone"), [Fact::TRIP_FAILED]);
    let found = trips["found-a-charge"].values();
    let refund = found.filter(|event| event["type"] == Fact::PAYMENT_REFUNDED);
    let recorded: Vec<_> = refund.map(|event| event["data"]["capture_recorded"].clone()).collect();
    assert_eq!(recorded, [json!(false)]);
    assert!(!types("found-a-charge").contains(&Fact::PAYMENT_CAPTURED.to_owned()));
    published.stop().await;
}
