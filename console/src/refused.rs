//! What the guard before the routes refuses, as a page for those who asked for one.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use lambda_kit::http::wants_html;

use crate::api::Answer;
use crate::problem::Problem;

/// The guard's answer, in the API's form for errors.
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
/// Several times the guard's longest answer.
const MAX: usize = 64 * 1024;

/// Shows a refusal as a page. For use with `axum::middleware::from_fn`.
pub(crate) async fn show(request: Request, next: Next) -> Response {
    let is_person = wants_html(request.headers());
    let response = next.run(request).await;
    if !is_person || response.headers().get(CONTENT_TYPE) != Some(&PROBLEM) {
        return response;
    }
    let (status, body) = (response.status(), to_bytes(response.into_body(), MAX).await);
    let body = body.ok().and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default();
    Problem::of(&Answer { status, body }).into_response()
}
