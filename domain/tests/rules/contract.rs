//! The event contract as files, which hold what the code says, and the samples that must be read
//! for ever.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use domain::Envelope;
use domain::contract::{EventSchema, asyncapi, samples, schemas};
use domain::event::Fact;
use jsonschema::Validator;
use serde_json::{Value, json};
use testing::assert_generated;

const COMMAND: &str = "cargo test -p domain";

/// The forms in which earlier releases published, and the types of which a sample is kept in each.
/// None is ever taken away.
const EARLIER: [&str; 2] = ["saga-as-causationid", "schema-by-name"];
const EARLIER_TYPES: [&str; 6] = [
    Fact::FLIGHT_RESERVED,
    Fact::FLIGHT_REJECTED,
    Fact::HOTEL_RESERVED,
    Fact::PAYMENT_CAPTURED,
    Fact::TRIP_CONFIRMED,
    Fact::TRIP_FAILED,
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/events").join(name)
}

/// The names of a folder's JSON files, each without its ending.
fn names(of: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder(of)).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// The samples in the repository, of this release and of earlier ones, by name.
fn kept() -> Vec<(String, Value)> {
    let read = |(name, of)| {
        let file = folder(of).join(format!("{name}.json"));
        (name, serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap())
    };
    let in_folder = |of: &'static str| names(of).into_iter().map(move |name| (name, of));
    in_folder("samples").chain(in_folder("samples/earlier")).map(read).collect()
}

fn schema_of(event_type: &str) -> EventSchema {
    schemas().into_iter().find(|event| event.event_type == event_type).unwrap()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(schema).unwrap()
}

fn errors(schema: &Value, event: &Value) -> Vec<String> {
    validator(schema).iter_errors(event).map(|error| error.to_string()).collect()
}

#[test]
fn the_generated_schemas_samples_and_asyncapi_document_are_up_to_date() {
    for event in schemas() {
        let file = format!("docs/events/schemas/{}.json", event.event_type);
        assert_generated(&file, &event.schema, COMMAND);
    }
    for sample in samples() {
        let file = format!("docs/events/samples/{}.json", sample.name);
        assert_generated(&file, &sample.event, COMMAND);
    }
    assert_generated("docs/events/asyncapi.json", &asyncapi(), COMMAND);
    let types = BTreeSet::from(Fact::TYPES.map(str::to_owned));
    assert_eq!(names("schemas"), types);
    assert_eq!(names("samples"), samples().into_iter().map(|sample| sample.name).collect());
}

#[test]
fn every_type_has_a_schema_and_a_sample() {
    let described: Vec<_> = schemas().iter().map(|event| event.event_type).collect();
    assert_eq!(described, Fact::TYPES);
    let sampled: BTreeSet<_> = samples().iter().map(|sample| sample.event_type).collect();
    assert_eq!(sampled, BTreeSet::from(Fact::TYPES));
}

#[test]
fn the_samples_of_earlier_releases_are_all_there() {
    let expected = EARLIER_TYPES.iter().flat_map(|of| EARLIER.map(|form| format!("{of}.{form}")));
    assert_eq!(names("samples/earlier"), expected.collect());
}

#[test]
fn every_sample_ever_published_is_read_and_is_what_its_schema_says() {
    for (name, event) in kept() {
        let read: Envelope = serde_json::from_value(event.clone()).unwrap();
        assert!(name.starts_with(&read.event_type), "{name} is of {}", read.event_type);
        let schema = schema_of(&read.event_type).schema;
        assert_eq!(errors(&schema, &event), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_sample_of_this_release_is_written_as_it_was_read() {
    for sample in samples() {
        let read: Envelope = serde_json::from_value(sample.event.clone()).unwrap();
        assert_eq!(json!(read), sample.event, "{}", sample.name);
    }
}

#[test]
fn every_member_of_a_sample_is_described_and_may_be_followed_by_new_ones() {
    for sample in samples() {
        let schema = schema_of(sample.event_type).schema;
        let data = &schema["properties"]["data"];
        for (of, members) in [(&schema, &sample.event), (data, &sample.event["data"])] {
            for name in members.as_object().unwrap().keys() {
                let member = &of["properties"][name];
                assert!(member["description"].is_string(), "{}: {name}", sample.name);
            }
        }
        let mut grown = sample.event.clone();
        grown["partitionkey"] = json!("new");
        grown["data"]["loyalty_points"] = json!(12);
        assert_eq!(errors(&schema, &grown), Vec::<String>::new(), "{}", sample.name);
    }
}

#[test]
fn an_event_that_lacks_or_bends_a_member_is_not_what_its_schema_says() {
    for sample in samples() {
        let schema = schema_of(sample.event_type).schema;
        let broken = |event: &Value| !errors(&schema, event).is_empty();
        for name in ["specversion", "id", "type", "subject", "sequence", "data"] {
            let mut event = sample.event.clone();
            event.as_object_mut().unwrap().remove(name);
            assert!(broken(&event), "{} without {name}", sample.name);
        }
        for (pointer, bent) in [
            ("/id", json!("not-a-uuid")),
            ("/type", json!("trip.confirmed.v2")),
            ("/time", json!("2026-13-01T00:00:00.000Z")),
            ("/sequence", json!(4)),
            ("/dataschema", json!("/events/schemas")),
            ("/data/trip_id", json!("a trip")),
            ("/data/customer_id", Value::Null),
        ] {
            let mut event = sample.event.clone();
            *event.pointer_mut(pointer).unwrap() = bent;
            assert!(broken(&event), "{} with another {pointer}", sample.name);
        }
        for (name, value) in sample.event["data"].as_object().unwrap() {
            let mut event = sample.event.clone();
            event["data"][name] = if value.is_number() { json!("x") } else { json!(7) };
            assert!(broken(&event), "{} with another {name}", sample.name);
        }
    }
}

#[test]
fn the_fragment_of_dataschema_leads_to_the_schema_of_data_alone() {
    for sample in samples() {
        let schema = schema_of(sample.event_type).schema;
        let (_, pointer) = sample.event["dataschema"].as_str().unwrap().split_once('#').unwrap();
        let mut part = schema.pointer(pointer).unwrap().clone();
        part["$defs"] = schema["$defs"].clone();
        assert_eq!(errors(&part, &sample.event["data"]), Vec::<String>::new(), "{}", sample.name);
        assert!(!errors(&part, &sample.event).is_empty(), "{}", sample.name);
    }
}

fn references(value: &Value) -> Vec<&str> {
    let below = match value {
        Value::Object(members) => members.values().flat_map(references).collect(),
        Value::Array(values) => values.iter().flat_map(references).collect(),
        _ => Vec::new(),
    };
    value["$ref"].as_str().into_iter().chain(below).collect()
}

#[test]
fn the_asyncapi_document_is_whole_and_its_payloads_take_the_samples() {
    let document = asyncapi();
    for reference in references(&document) {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    for (_, event) in kept() {
        let name = event["type"].as_str().unwrap();
        let mut payload = json!({ "$ref": format!("#/components/schemas/{name}") });
        payload["components"] = document["components"].clone();
        assert_eq!(errors(&payload, &event), Vec::<String>::new(), "{name}");
    }
}
