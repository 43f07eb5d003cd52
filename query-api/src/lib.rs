//! The read side over HTTP: a trip, its timeline, and search.
//!
//! [`handle`] takes the event of an API Gateway REST API and returns its answer; [`router`] is the
//! same as an axum router. A trip and its timeline are read from the write table with strong
//! consistency; search reads the view, which lags a moment behind.

mod cursor;
mod deps;
mod docs;
mod event_schemas;
mod extract;
mod openapi;
mod progress;
mod refusal;
mod router;
mod routes;
mod search;
mod swagger;
#[cfg(test)]
mod tests;
mod timeline;
mod trip;

use lambda_kit::error::FunctionError;
use lambda_kit::http::serve;
use lambda_runtime::LambdaEvent;
use serde_json::Value;

pub use cursor::{CursorKeys, CursorKeysFormat};
pub use deps::Deps;
pub use openapi::document;
pub use router::router;
pub use swagger::SwaggerUi;

/// Answers one proxy event of an API Gateway REST API.
///
/// # Errors
/// `InvalidRequest` for an event that is not a proxy event. All other errors are answered over
/// HTTP.
pub async fn handle(deps: &Deps, event: LambdaEvent<Value>) -> Result<Value, FunctionError> {
    serve(router(deps.clone()), &deps.sites, event).await
}
