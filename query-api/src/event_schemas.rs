//! `GET /events/schemas`: the event contract, for subscribers. An event's `dataschema` leads here.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::Path;
use domain::contract::{EventSchema, schemas};
use domain::{ErrorCode, Failure};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::extract::Base;
use crate::openapi::answers;
use crate::openapi::schemas::{EventTypeParameter, event};
use crate::refusal::Refusal;

static SCHEMAS: LazyLock<Vec<EventSchema>> = LazyLock::new(schemas);

/// The published events
///
/// Every event type, with a sample and the address of its schema. The events themselves are on the
/// bus.
#[utoipa::path(
    get, path = "/events/schemas", tag = "about", operation_id = "listEventTypes", security(()),
    responses((status = 200, description = "The event types.", body = EventTypes), answers::Open)
)]
pub(crate) async fn list(Base(base): Base) -> Json<EventTypes> {
    let types = SCHEMAS.iter().filter_map(|event| EventType::of(event, &base));
    Json(EventTypes { types: types.collect() })
}

/// The schema of an event type
///
/// JSON Schema 2020-12 of the whole CloudEvents envelope, with samples.
#[utoipa::path(
    get, path = "/events/schemas/{event_type}", tag = "about", operation_id = "getEventSchema",
    security(()), params(EventTypeParameter),
    responses((status = 200, description = "A JSON Schema.", body = Object), answers::Schema)
)]
pub(crate) async fn get(Path(event_type): Path<String>) -> Result<Json<&'static Value>, Refusal> {
    let found = SCHEMAS.iter().find(|event| event.event_type == event_type);
    Ok(Json(&found.ok_or_else(|| no_such_type(&event_type))?.schema))
}

/// The event types.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventTypes {
    types: Vec<EventType>,
}

/// An event type.
#[derive(Serialize, ToSchema)]
struct EventType {
    /// The type, which ends with its version.
    #[serde(rename = "type")]
    #[schema(example = "trip.confirmed.v1")]
    event_type: &'static str,
    /// The version of the event's `data`.
    version: u32,
    /// What happened.
    description: &'static str,
    /// The address of the type's JSON Schema, which this API serves.
    #[schema(example = "/events/schemas/trip.confirmed.v1")]
    schema: String,
    #[schema(schema_with = event)]
    sample: &'static Value,
}

impl EventType {
    fn of(event: &'static EventSchema, base: &str) -> Option<Self> {
        let EventSchema { event_type, description, schema } = event;
        Some(Self {
            event_type,
            version: event.version()?,
            description,
            schema: format!("{base}/events/schemas/{event_type}"),
            sample: schema["examples"].get(0)?,
        })
    }
}

fn no_such_type(event_type: &str) -> Refusal {
    let detail = format!("no event has the type {event_type}; GET /events/schemas lists the types");
    Failure::new(ErrorCode::EventTypeNotFound, detail).into()
}
