//! The read side over HTTP: a trip, its timeline, and search.
//!
//! [`handle`] takes the event of an API Gateway REST API and gives back its answer; [`router`] is
//! the same as an axum router. A trip and its timeline are read strongly from the write table;
//! search reads the view, which follows a moment behind.

mod cursor;
mod deadline;
mod deps;
mod described;
mod docs;
mod extract;
mod openapi;
mod progress;
mod refusal;
mod routes;
mod search;
mod stamp;
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
pub use routes::router;

/// Answers one proxy event of an API Gateway REST API.
///
/// # Errors
/// `InvalidRequest` for an event that is none. Everything else is answered over HTTP.
pub async fn handle(deps: &Deps, event: LambdaEvent<Value>) -> Result<Value, FunctionError> {
    serve(router(deps.clone()), event).await
}
