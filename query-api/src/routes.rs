//! The routes, and what is answered where there is none.

use axum::routing::get;
use axum::{Json, Router, middleware};
use domain::{ErrorCode, Failure};
use http::{Method, Uri};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::openapi::answers;
use crate::refusal::Refusal;
use crate::{Deps, deadline, docs, openapi, search, stamp, timeline, trip};

/// Every route of the read side. The caller is taken from the request context that `lambda_http`
/// leaves among the request's extensions.
pub fn router(deps: Deps) -> Router {
    let (routes, _) = described().split_for_parts();
    routes
        .route("/trips/search", get(search::search))
        .merge(docs::routes())
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .layer(middleware::from_fn_with_state(deps.clone(), deadline::keep))
        .layer(middleware::from_fn(stamp::stamp))
        .with_state(deps)
}

/// The routes that describe themselves in the contract.
pub(crate) fn described() -> OpenApiRouter<Deps> {
    OpenApiRouter::new()
        .routes(routes!(search::search))
        .routes(routes!(trip::get))
        .routes(routes!(timeline::get))
        .routes(routes!(health))
        .routes(routes!(openapi::get))
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

async fn no_such_route(uri: Uri) -> Refusal {
    let detail = format!("there is no route {}", uri.path());
    Failure::new(ErrorCode::RouteNotFound, detail).into()
}

async fn no_such_method(method: Method, uri: Uri) -> Refusal {
    let detail =
        format!("{} does not take {method}; the header Allow lists what it takes", uri.path());
    Failure::new(ErrorCode::MethodNotAllowed, detail).into()
}
