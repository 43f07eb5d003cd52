//! A JSON Schema for each event type: the envelope, and in it the type's own `data`.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::samples::samples;
use crate::event::{Envelope, Fact};
use crate::{CustomerId, TripId};

/// The anchor of the part of a schema that describes `data`.
pub const DATA: &str = "data";

/// An event type and its schema.
#[derive(Clone, Debug, PartialEq)]
pub struct EventSchema {
    /// The type, which ends with its version: `trip.confirmed.v1`.
    pub event_type: &'static str,
    /// What happened, in a sentence.
    pub description: String,
    /// JSON Schema 2020-12 of the whole envelope; the anchor [`DATA`] marks the schema of `data`.
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
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.untagged_enum_variant_titles = true;
    let mut generator = settings.into_generator();
    let envelope = on_one_line(Envelope::json_schema(&mut generator));
    let owner = on_one_line(Owner::json_schema(&mut generator));
    let facts = on_one_line(Fact::json_schema(&mut generator));
    let definitions = Value::Object(generator.take_definitions(true));
    let of = |(name, event_type)| {
        let fact = facts["anyOf"].as_array()?.iter().find(|fact| fact["title"] == name)?;
        let description = fact["description"].as_str()?.to_owned();
        let data = data(&owner, fact);
        let schema = whole(&envelope, data, &definitions, event_type, &description);
        Some(EventSchema { event_type, description, schema })
    };
    Fact::NAMES.into_iter().filter_map(of).collect()
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
        "$anchor": DATA,
        "description": "What happened. Members may be added; those that are described stay as they are.",
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": true,
    })
}

fn whole(
    envelope: &Value,
    data: Value,
    definitions: &Value,
    event_type: &str,
    description: &str,
) -> Value {
    let mut properties = envelope["properties"].clone();
    properties["type"]["const"] = json!(event_type);
    properties["data"] = json!({ "$ref": "#/$defs/data" });
    let used = definitions.as_object().into_iter().flatten();
    let used = used.filter(|(name, _)| refers_to(&data, name));
    let used: Map<_, _> = used.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    let mut parts = Map::from_iter([(DATA.to_owned(), data)]);
    parts.extend(used);
    let examples = samples().into_iter().filter(|sample| sample.event_type == event_type);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event_type,
        "description": format!("{description} A CloudEvents 1.0 envelope: the `detail` of the event on the bus."),
        "type": "object",
        "required": envelope["required"],
        "properties": properties,
        "additionalProperties": true,
        "$defs": parts,
        "examples": examples.map(|sample| sample.event).collect::<Vec<_>>(),
    })
}

fn refers_to(schema: &Value, name: &str) -> bool {
    schema.to_string().contains(&format!("\"#/$defs/{name}\""))
}
