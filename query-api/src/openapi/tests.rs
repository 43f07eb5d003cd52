//! The document is written to a file, and contains everything to which it refers.

use testing::assert_generated;

use super::*;

#[test]
fn the_generated_document_is_up_to_date() {
    assert_generated("docs/openapi.json", &document(), "cargo test -p query-api");
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
    let references = references(&DOCUMENT);
    for reference in &references {
        assert!(DOCUMENT.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    for name in DOCUMENT["components"]["schemas"].as_object().unwrap().keys() {
        let reference = format!("#/components/schemas/{name}");
        assert!(references.contains(&reference.as_str()), "{name}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_a_summary() {
    let paths = DOCUMENT["paths"].as_object().unwrap();
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

#[test]
fn every_field_of_a_booking_is_of_one_type() {
    fn check(schema: &Value, name: &str) {
        for union in ["anyOf", "oneOf", "allOf"] {
            assert!(schema.get(union).is_none(), "{name}: {schema}");
        }
        let known = ["type", "$ref"].map(|key| schema[key].is_string());
        assert!(
            known.contains(&true) && schema.get("properties") != Some(&Value::Null),
            "{name}: {schema}"
        );
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            check(property, name);
        }
    }
    for (name, schema) in request::components() {
        check(&schema, name);
    }
}

#[test]
fn currencies_are_listed_once_and_amounts_are_texts() {
    let schemas = &DOCUMENT["components"]["schemas"];
    let currency = json!({ "$ref": "#/components/schemas/Currency" });
    let body = &schemas["BookingRequest"]["properties"];
    let (flight, hotel) =
        (&schemas["FlightDetails"]["properties"], &schemas["HotelDetails"]["properties"]);
    for (amount, of) in [
        (&body["amount"], &body["currency"]),
        (&flight["price_amount"], &flight["price_currency"]),
        (&hotel["price_amount"], &hotel["price_currency"]),
    ] {
        assert_eq!((&amount["type"], of), (&json!("string"), &currency), "{amount}");
        assert!(amount["pattern"].is_string(), "{amount}");
    }
    assert!(schemas["Currency"]["enum"].as_array().is_some_and(|codes| codes.len() > 100));
}

#[test]
fn every_parameter_and_operation_is_described() {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    for operation in paths.values().flat_map(|item| item.as_object().unwrap().values()) {
        assert!(operation["description"].is_string(), "{operation}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{parameter}");
        }
    }
    for name in ["status", "order"] {
        let parameters = paths["/trips"]["get"]["parameters"].as_array().unwrap();
        let parameter = parameters.iter().find(|parameter| parameter["name"] == name).unwrap();
        assert_eq!((&parameter["style"], &parameter["explode"]), (&json!("form"), &json!(true)));
    }
}
