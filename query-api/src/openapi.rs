//! `GET /openapi.json`: the contract of the whole API, made from the routes and the types they answer with.
//!
//! The routes of the read side describe themselves. What API Gateway and the cancellation answer is described
//! in [`elsewhere`], and a booking's body by the schema that the gateway checks it with.

pub(crate) mod answers;
mod components;
mod elsewhere;
pub(crate) mod schemas;

use std::sync::LazyLock;

use axum::Json;
use domain::request::BookingRequest;
use serde_json::{Map, Value, json};
use utoipa::openapi::Info;

use crate::routes;

static DOCUMENT: LazyLock<Value> = LazyLock::new(describe);

const ABOUT: &str = "Trips of a flight, a hotel and a payment, booked as a saga. A booking is answered \
    at once and goes on by itself: ask for the trip until it is CONFIRMED or FAILED. Customers see their \
    own trips, operators all. Every error is a problem (RFC 9457) with a stable `code`.";

/// The OpenAPI 3.1 document.
#[must_use]
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// Answers with the document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "about", operation_id = "getContract", security(()),
    summary = "This contract",
    responses((status = 200, description = "An OpenAPI 3.1 document.", body = Object))
)]
pub(crate) async fn get() -> Json<&'static Value> {
    Json(document())
}

fn describe() -> Value {
    let (_, mut described) = routes::described().split_for_parts();
    described.info = info();
    let mut document = json!(described);
    document["security"] = json!([{ "token": [] }]);
    document["paths"]["/trips/search"] = second_path_of_search(&document);
    document["paths"]["/trips"]["post"] = elsewhere::booking();
    document["paths"]["/trips/{trip_id}/cancellation"] = elsewhere::cancellation();
    document["components"]["schemas"]["BookingRequest"] = BookingRequest::published_schema();
    document["components"]["schemas"]["Accepted"] = elsewhere::accepted();
    for (name, schema) in components::all() {
        document["components"]["schemas"][name] = schema;
    }
    document["components"]["securitySchemes"] = json!({ "token": {
        "type": "http", "scheme": "bearer",
        "description": "The user pool's token. On one machine: dev-operator, or dev-customer- and an id.",
    }});
    add_request_ids(&mut document);
    document
}

fn info() -> Info {
    let mut info = Info::new("Trip Saga", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    info
}

fn second_path_of_search(document: &Value) -> Value {
    let mut search = document["paths"]["/trips"]["get"].clone();
    search["operationId"] = json!("searchTripsBySearchPath");
    search["summary"] = json!("The same as GET /trips");
    json!({ "get": search })
}

/// Every answer carries the id of its request.
fn add_request_ids(document: &mut Value) {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let operations = paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    let answers = operations.filter_map(|operation| operation["responses"].as_object_mut());
    for answer in answers.flat_map(Map::values_mut) {
        answer["headers"]["X-Request-Id"] = json!({
            "description": "The request's id: the one that was sent, else a new one.",
            "schema": { "type": "string" },
        });
    }
}

#[cfg(test)]
mod tests;
