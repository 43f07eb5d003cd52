//! `GET /openapi.json`: the contract of the whole API, built from the routes and the types of their
//! answers.
//!
//! The routes of the read side describe themselves. [`elsewhere`] describes what API Gateway and
//! the cancellation answer; the schema that the gateway checks describes a booking's body.

pub(crate) mod answers;
mod components;
mod elsewhere;
mod request;
pub(crate) mod schemas;

use std::sync::LazyLock;

use axum::Json;
use serde_json::{Map, Value, json};
use utoipa::openapi::{Info, License};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::answers::{REQUEST_ID, REQUEST_ID_HEADER};
use crate::Deps;

static DOCUMENT: LazyLock<Value> = LazyLock::new(describe);

const ABOUT: &str = "Trips of a flight, a hotel and a payment, booked as a saga. A booking is answered \
    at once and goes on by itself: ask for the trip until it is CONFIRMED or FAILED. Customers see their \
    own trips, operators all. Every error is a problem (RFC 9457) with a stable `code`.";

/// The OpenAPI 3.1 document as a file, which lists where the API may be.
#[must_use]
pub fn document() -> Value {
    let machine =
        json!({ "url": "http://127.0.0.1:8080", "description": "`trip up` on this machine" });
    let variable =
        |value: &str, description| json!({ "default": value, "description": description });
    let aws = json!({
        "url": "https://{api}.execute-api.{region}.amazonaws.com/{stage}",
        "description": "On AWS",
        "variables": {
            "api": variable("a1b2c3d4e5", "The id of the API."),
            "region": variable("eu-west-1", "The region that it is in."),
            "stage": variable("prod", "The installation's stage."),
        },
    });
    let mut document = DOCUMENT.clone();
    document["servers"] = json!([machine, aws]);
    document
}

/// This contract
///
/// The whole API as an OpenAPI 3.1 document, for programs: client generators, linters, tests.
#[utoipa::path(
    get, path = "/openapi.json", tag = "about", operation_id = "getContract", security(()),
    responses((status = 200, description = "An OpenAPI 3.1 document.", body = Object), answers::Open)
)]
pub(crate) async fn get() -> Json<&'static Value> {
    Json(&DOCUMENT)
}

/// The routes that describe themselves, including this contract's.
pub(crate) fn described() -> OpenApiRouter<Deps> {
    crate::routes::described().routes(routes!(get))
}

/// The document as it is served: it describes the API that serves it.
fn describe() -> Value {
    let (_, mut described) = described().split_for_parts();
    described.info = info();
    let mut document = json!(described);
    document["servers"] = json!([{ "url": ".", "description": "Where this document is" }]);
    document["tags"] = tags();
    document["security"] = json!([{ "token": [] }]);
    document["paths"]["/trips/search"] = second_path_of_search(&document);
    document["paths"]["/trips"]["post"] = elsewhere::booking();
    document["paths"]["/trips/{trip_id}/cancellation"] = elsewhere::cancellation();
    document["components"]["schemas"]["Accepted"] = elsewhere::accepted();
    for (name, schema) in request::components().into_iter().chain(components::all()) {
        document["components"]["schemas"][name] = schema;
    }
    document["components"]["responses"] = answers::components().into();
    document["components"]["headers"] = json!({ "RequestId": request_id() });
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
    let mut license = License::new("MIT");
    license.identifier = Some("MIT".to_owned());
    info.license = Some(license);
    info
}

fn tags() -> Value {
    json!([
        { "name": "trips", "description": "Booking trips, cancelling them, and reading them back." },
        { "name": "about", "description": "The API itself: asked without a token." },
    ])
}

fn second_path_of_search(document: &Value) -> Value {
    let mut search = document["paths"]["/trips"]["get"].clone();
    search["operationId"] = json!("searchTripsBySearchPath");
    search["summary"] = json!("The same as GET /trips");
    json!({ "get": search })
}

fn request_id() -> Value {
    json!({
        "description": "The request's id: the one that was sent, else a new one.",
        "required": true,
        "schema": { "type": "string" },
    })
}

/// Every answer has the id of its request; shared answers declare the header themselves.
fn add_request_ids(document: &mut Value) {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let operations = paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    let answers = operations.filter_map(|operation| operation["responses"].as_object_mut());
    let own = answers.flat_map(Map::values_mut).filter(|answer| answer.get("$ref").is_none());
    own.for_each(|answer| answer["headers"][REQUEST_ID] = json!({ "$ref": REQUEST_ID_HEADER }));
}

#[cfg(test)]
mod tests;
