//! The routes that describe themselves in the contract.

use std::sync::LazyLock;

use axum::{Extension, Json};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::openapi::answers;
use crate::{Deps, search, timeline, trip};

/// The routes that describe themselves in the contract.
pub(crate) fn described() -> OpenApiRouter<Deps> {
    OpenApiRouter::new()
        .routes(routes!(search::search))
        .routes(routes!(trip::get))
        .routes(routes!(timeline::get))
        .routes(routes!(health))
        .routes(routes!(contract))
}

/// Liveness
///
/// Liveness alone: a database that is down must not take the function out of service.
#[utoipa::path(
    get, path = "/health", tag = "about", operation_id = "getHealth", security(()),
    responses((status = 200, description = "The function runs.", body = Health), answers::Open)
)]
async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// That the function runs.
#[derive(Serialize, ToSchema)]
struct Health {
    status: &'static str,
}

/// This contract
///
/// The whole API as an OpenAPI 3.1 document, for programs: client generators, linters, tests.
#[utoipa::path(
    get, path = "/openapi.json", tag = "about", operation_id = "getContract", security(()),
    responses((status = 200, description = "An OpenAPI 3.1 document.", body = Object), answers::Open)
)]
async fn contract(
    Extension(document): Extension<&'static LazyLock<Value>>,
) -> Json<&'static Value> {
    Json(document)
}
