//! The operations that describe themselves in the contract.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::openapi::answers;
use crate::{Deps, event_schemas, search, timeline, trip};

/// The operations of the read side, each with its own description.
pub(crate) fn described() -> OpenApiRouter<Deps> {
    OpenApiRouter::new()
        .routes(routes!(search::search))
        .routes(routes!(trip::get))
        .routes(routes!(timeline::get))
        .routes(routes!(event_schemas::list))
        .routes(routes!(event_schemas::get))
        .routes(routes!(health))
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
