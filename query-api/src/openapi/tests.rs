//! The document is written to a file, and refers to nothing that it lacks.

use std::path::PathBuf;
use std::{env, fs};

use super::*;

#[test]
fn the_generated_document_is_up_to_date() {
    let expected = format!("{}\n", serde_json::to_string_pretty(document()).unwrap());
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    if env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "write it anew with: UPDATE_GENERATED=1 cargo test -p query-api");
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
fn every_reference_leads_to_a_component_and_every_component_is_referred_to() {
    let references = references(document());
    for reference in &references {
        assert!(document().pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    for name in document()["components"]["schemas"].as_object().unwrap().keys() {
        let reference = format!("#/components/schemas/{name}");
        assert!(references.contains(&reference.as_str()), "{name}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_a_summary() {
    let paths = document()["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|item| item.as_object().unwrap().values());
    let mut names: Vec<_> = operations
        .inspect(|operation| assert!(operation["summary"].is_string(), "{operation}"))
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
