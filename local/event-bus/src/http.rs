//! The bus over HTTP: EventBridge's protocol at `/`, and the archive as lines of JSON.

mod tail;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};

use crate::bus::EventBus;
use crate::error::AwsError;
use crate::wire::{TARGET_PREFIX, WireResponse, handle};

/// How much larger a request may be than its entries: one byte can take seven bytes as text inside
/// JSON text, and the names need some room.
const ESCAPES: usize = 8;

/// Everything the bus serves: `POST /` for EventBridge's operations, and [`archive_routes`].
///
/// A request body of more than eight times the size limit is answered with 413, as EventBridge does
/// with a body that is far too large.
pub fn router(bus: EventBus) -> Router {
    let body_limit = DefaultBodyLimit::max(bus.config().limits.bytes.saturating_mul(ESCAPES));
    Router::new()
        .route("/", post(operation))
        .layer(body_limit)
        .with_state(bus.clone())
        .merge(archive_routes(bus))
}

/// `GET /archive/events`: archived events as newline-delimited JSON, one
/// [`ArchivedEvent`](crate::ArchivedEvent) a line, in order. Query parameters, all optional:
///
/// - `after`: a position to go on from; or `since`: an RFC 3339 time to start at;
/// - `pattern`: an event pattern; `rule`: the name of a rule that must have matched;
/// - `limit`: stop after this many events;
/// - `follow=true`: do not stop at the end of the archive but wait for more.
pub fn archive_routes(bus: EventBus) -> Router {
    Router::new().route("/archive/events", get(tail::tail)).with_state(bus)
}

async fn operation(State(bus): State<EventBus>, headers: HeaderMap, body: Bytes) -> WireResponse {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let target = target.unwrap_or_default();
    match target.strip_prefix(TARGET_PREFIX) {
        Some(operation) => handle(&bus, operation, body).await,
        None => WireResponse::failure(&AwsError::unknown_operation(target)),
    }
}
