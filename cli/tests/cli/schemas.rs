//! `trip events schemas` needs no running system.

use domain::event::Fact;
use serde_json::Value;

use super::process::{run, trip};

#[test]
fn every_event_type_is_listed_for_a_person_and_with_a_sample_for_a_program() {
    let shown = run(trip(&["events", "schemas"]), "");
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(shown.stdout.contains("trip.confirmed.v1    Everything is held"), "{}", shown.stdout);
    let listed = run(trip(&["events", "schemas", "--json"]), "");
    let listed: Vec<Value> = serde_json::from_str(&listed.stdout).unwrap();
    let types: Vec<_> = listed.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, Fact::TYPES);
    assert!(listed.iter().all(|event| event["sample"]["type"] == event["type"]), "{listed:?}");
}

#[test]
fn the_schema_of_a_type_is_printed_as_it_stands_in_the_repository() {
    let file = include_str!("../../../docs/events/schemas/trip.confirmed.v1.json");
    let shown = run(trip(&["events", "schemas", "trip.confirmed.v1"]), "");
    assert_eq!(shown.stdout, file);
    let compact = run(trip(&["events", "schemas", "trip.confirmed.v1", "--json"]), "");
    assert_eq!(compact.stdout.lines().count(), 1);
    let [file, compact] =
        [file, &compact.stdout].map(|text| serde_json::from_str::<Value>(text).unwrap());
    assert_eq!(compact, file);
}

#[test]
fn a_type_that_is_not_published_is_refused_with_those_that_are() {
    let refused = run(trip(&["events", "schemas", "trip.confirmed"]), "");
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("trip.confirmed.v1"), "{refused:?}");
}
