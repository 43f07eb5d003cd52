//! The AsyncAPI 3 document: where the events are, and what they are, in one file.

use serde_json::{Map, Value, json};

use super::schema::{EventSchema, schemas};
use crate::event::SOURCE;

const ABOUT: &str = "The events of trips, each a CloudEvents 1.0 envelope: the `detail` of an event on the bus, \
    whose `detail-type` is the event's type. They come at least once and in any order: deduplicate by `id`, \
    order a trip's events by `sequence`.";

/// The document, which refers to nothing outside itself.
#[must_use]
pub fn asyncapi() -> Value {
    let events = schemas();
    let reference = |place: &str, name: &str| json!({ "$ref": format!("#/{place}/{name}") });
    let each = |of: &dyn Fn(&EventSchema) -> Value| -> Map<String, Value> {
        events.iter().map(|event| (event.event_type.to_owned(), of(event))).collect()
    };
    let received =
        events.iter().map(|event| reference("channels/trips/messages", event.event_type));
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Trip Saga's events", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT,
            "license": { "name": "MIT", "url": "https://opensource.org/license/mit" },
        },
        "defaultContentType": "application/json",
        "servers": servers(),
        "channels": { "trips": {
            "address": SOURCE,
            "description": "The event bus, and locally its archive.",
            "messages": each(&|event| reference("components/messages", event.event_type)),
        }},
        "operations": { "publish": {
            "action": "send",
            "channel": { "$ref": "#/channels/trips" },
            "summary": "Each event of a trip is published once it is committed.",
            "messages": received.collect::<Vec<_>>(),
            "security": [reference("components/securitySchemes", "iam")],
        }},
        "components": {
            "messages": each(&message),
            "schemas": components(&events),
            "securitySchemes": { "iam": {
                "type": "http", "scheme": "AWS4-HMAC-SHA256",
                "description": "AWS Signature Version 4, for whoever makes a rule. Locally nothing is asked.",
            }},
        },
    })
}

fn servers() -> Value {
    json!({
        "aws": {
            "host": "events.{region}.amazonaws.com", "protocol": "eventbridge",
            "description": "A rule of the bus sends the events that match its pattern to its targets.",
            "variables": { "region": { "default": "eu-west-1", "description": "The bus's region." } },
        },
        "local": {
            "host": "127.0.0.1:8081", "pathname": "/archive/events", "protocol": "http",
            "description": "`trip up` on this machine: the archive as lines of JSON.",
        },
    })
}

fn message(event: &EventSchema) -> Value {
    let examples = event.schema["examples"].as_array().into_iter().flatten();
    json!({
        "name": event.event_type,
        "title": event.event_type,
        "summary": event.description,
        "contentType": "application/json",
        "correlationId": { "location": "$message.payload#/correlationid" },
        "payload": { "$ref": format!("#/components/schemas/{}", event.event_type) },
        "examples": examples.map(|event| json!({ "payload": event })).collect::<Vec<_>>(),
    })
}

/// Every type's schema by its name, and the parts that they share by theirs.
fn components(events: &[EventSchema]) -> Map<String, Value> {
    let mut components = Map::new();
    for event in events {
        let mut schema = event.schema.clone();
        let Some(whole) = schema.as_object_mut() else { continue };
        let parts = whole.shift_remove("$defs");
        for keyword in ["$schema", "examples"] {
            whole.shift_remove(keyword);
        }
        components.insert(event.event_type.to_owned(), renamed(&schema));
        for (part, schema) in parts.as_ref().and_then(Value::as_object).into_iter().flatten() {
            components.insert(part.clone(), renamed(schema));
        }
    }
    components
}

/// The schema with its references to parts turned into references to components. AsyncAPI's schemas
/// are of an older draft, in which what stands beside a reference counts for nothing: there the
/// reference goes into a list.
fn renamed(schema: &Value) -> Value {
    let members = match schema {
        Value::Object(members) => members,
        Value::Array(values) => return values.iter().map(renamed).collect(),
        other => return other.clone(),
    };
    let part = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/"));
    let reference = part.map(|part| json!({ "$ref": format!("#/components/schemas/{part}") }));
    let others = members.iter().filter(|(key, _)| reference.is_none() || *key != "$ref");
    let others: Map<_, _> = others.map(|(key, value)| (key.clone(), renamed(value))).collect();
    match reference {
        Some(reference) if others.is_empty() => reference,
        Some(reference) => {
            others.into_iter().chain([("allOf".to_owned(), json!([reference]))]).collect()
        }
        None => Value::Object(others),
    }
}
