//! What every answer has: the security headers and the id of its request. Problems are written
//! here, and each answer gets one log line.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use lambda_kit::http::base_path;
use lambda_kit::http::headers::{self, REQUEST_ID};

use crate::refusal::written;

/// Runs the route, then stamps its answer.
pub(crate) async fn stamp(request: Request, next: Next) -> Response {
    let (id, method) = (headers::answer_id(&request), request.method().clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let base = base_path(request.extensions()).to_owned();
    let mut response = written(next.run(request).await, &base);
    let (status, route) = (response.status().as_u16(), route.as_ref().map(MatchedPath::as_str));
    tracing::info!(%method, route, request_id = ?id, status, "answered");
    headers::secure(response.headers_mut());
    response.headers_mut().extend(id.map(|id| (REQUEST_ID, id)));
    response
}
