//! A JSON Schema for each event type: the envelope, and in it the type's own `data`.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::samples::{Sample, samples};
use crate::event::{Envelope, Fact};
use crate::{CustomerId, TripId};

const WHOLE: &str = "A CloudEvents 1.0 envelope: the `detail` of the event on the bus.";

/// An event type and its schema.
#[derive(Clone, Debug, PartialEq)]
pub struct EventSchema {
    /// The type, which ends with its version: `trip.confirmed.v1`.
    pub event_type: &'static str,
    /// What happened, in a sentence.
    pub description: String,
    /// JSON Schema 2020-12 of the whole envelope.
    pub schema: Value,
}

impl EventSchema {
    /// The version of `data`: the number at the end of the type.
    ///
    /// ```
    /// assert!(domain::contract::schemas().iter().all(|event| event.version() == Some(1)));
    /// ```
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        self.event_type.rsplit_once(".v")?.1.parse().ok()
    }
}

/// The members that `data` has in every event.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it only describes")]
struct Owner {
    /// The trip.
    trip_id: TripId,
    /// Whose trip it is.
    customer_id: CustomerId,
}

/// Every event type, in the order in which a trip may meet them.
#[must_use]
pub fn schemas() -> Vec<EventSchema> {
    let parts = Parts::derived();
    Fact::NAMES.iter().filter_map(|(name, event_type)| parts.join(name, event_type)).collect()
}

/// What the types of events are described by.
struct Parts {
    envelope: Value,
    owner: Value,
    facts: Value,
    /// What the others refer to, by name.
    definitions: Map<String, Value>,
    samples: Vec<Sample>,
}

impl Parts {
    fn derived() -> Self {
        let mut settings = SchemaSettings::draft2020_12().for_serialize();
        settings.untagged_enum_variant_titles = true;
        let mut generator = settings.into_generator();
        Self {
            envelope: on_one_line(Envelope::json_schema(&mut generator)),
            owner: on_one_line(Owner::json_schema(&mut generator)),
            facts: on_one_line(Fact::json_schema(&mut generator)),
            definitions: generator.take_definitions(true),
            samples: samples(),
        }
    }

    /// The schema of the event type whose fact has this name.
    fn join(&self, name: &str, event_type: &'static str) -> Option<EventSchema> {
        let fact = self.facts["anyOf"].as_array()?.iter().find(|fact| fact["title"] == name)?;
        let description = fact["description"].as_str()?.to_owned();
        let data = data(&self.owner, fact);
        let used = self.definitions.iter().filter(|(name, _)| refers_to(&data, name));
        let used: Map<_, _> = used.map(|(name, schema)| (name.clone(), schema.clone())).collect();
        let samples = self.samples.iter().filter(|sample| sample.event_type == event_type);
        let mut properties = self.envelope["properties"].clone();
        properties["type"]["const"] = json!(event_type);
        properties["data"] = data;
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": event_type,
            "description": format!("{description} {WHOLE}"),
            "type": "object",
            "required": self.envelope["required"],
            "properties": properties,
            "additionalProperties": true,
            "$defs": used,
            "examples": samples.map(|sample| &sample.event).collect::<Vec<_>>(),
        });
        Some(EventSchema { event_type, description, schema })
    }
}

/// The schema with descriptions that are not broken into lines, as the comments are.
fn on_one_line(mut schema: Schema) -> Value {
    let unbroken = |schema: &mut Schema| {
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = text.replace('\n', " ");
        }
    };
    RecursiveTransform(unbroken).transform(&mut schema);
    schema.to_value()
}

/// The schema of `data`: the members of every event, and then those of the fact.
fn data(owner: &Value, fact: &Value) -> Value {
    let members = |schema: &Value| schema["properties"].as_object().cloned().unwrap_or_default();
    let required = |schema: &Value| schema["required"].as_array().cloned().unwrap_or_default();
    let (mut properties, required) = (members(owner), [required(owner), required(fact)].concat());
    properties.extend(members(fact));
    json!({
        "description": "What happened. Members may be added; those that are described stay as they are.",
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": true,
    })
}

fn refers_to(schema: &Value, name: &str) -> bool {
    schema.to_string().contains(&format!("\"#/$defs/{name}\""))
}
