//! The AWS services of the local runtime on one port: EventBridge and Step Functions, selected by
//! `X-Amz-Target`; Lambda, by its paths; and the bus's archive.

mod lambda;
mod services;
mod step_functions;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::routing::post;
use event_bus::{AwsError, WireResponse};

pub(crate) use services::Services;

/// Largest request: far above the limit of either service, so that each refuses by its own rule.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// `POST /` for EventBridge's and Step Functions' operations, Lambda's paths, and `GET
/// /archive/events`.
pub(crate) fn router(services: Services) -> Router {
    let archive = event_bus::archive_routes(services.bus.clone());
    Router::new()
        .route("/", post(operation))
        .merge(lambda::routes())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(services)
        .merge(archive)
}

async fn operation(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Bytes,
) -> WireResponse {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let target = target.unwrap_or_default();
    if let Some(operation) = target.strip_prefix(event_bus::TARGET_PREFIX) {
        return event_bus::handle(&services.bus, operation, body).await;
    }
    match target.strip_prefix(step_functions::TARGET_PREFIX) {
        Some(operation) => step_functions::handle(&services.runner, operation, &body).await,
        None => WireResponse::failure(&unknown_target(target)),
    }
}

fn unknown_target(target: &str) -> AwsError {
    let message = format!("There is no local service for X-Amz-Target {target:?}.");
    AwsError::new(400, "UnknownOperationException", message)
}
