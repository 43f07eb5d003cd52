//! The routes, and what is answered where there is none.

use axum::routing::get;
use axum::{Json, Router, middleware};
use domain::{ErrorCode, Failure};
use http::{Method, Uri};
use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::{Deps, deadline, search, stamp, timeline, trip};

/// Every route of the read side. The caller is taken from the request context that `lambda_http`
/// leaves among the request's extensions.
pub fn router(deps: Deps) -> Router {
    Router::new()
        .route("/trips", get(search::search))
        .route("/trips/search", get(search::search))
        .route("/trips/{trip_id}", get(trip::get))
        .route("/trips/{trip_id}/events", get(timeline::get))
        .route("/health", get(health))
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .layer(middleware::from_fn_with_state(deps.clone(), deadline::keep))
        .layer(middleware::from_fn(stamp::stamp))
        .with_state(deps)
}

/// Liveness alone: a database that is down must not take the function out of service.
async fn health() -> Json<Value> {
    Json(json!({"status": "ok"}))
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
