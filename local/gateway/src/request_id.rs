//! The id of each request: the client's own if it is usable, else a fresh UUID. It is on the
//! answer, and in every line that is logged during the request.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use lambda_kit::http::headers::{self, REQUEST_ID};
use tracing::Instrument;
use uuid::Uuid;

/// The id of a request. It has the form of a trip id, which is safe in headers and logs; it never
/// becomes a trip id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(pub(crate) String);

/// Gives the request its id, and the answer the same id and the security headers.
pub(crate) async fn stamp(mut request: Request, next: Next) -> Response {
    let sent = headers::request_id(request.headers()).map(String::from);
    let id = sent.unwrap_or_else(|| Uuid::new_v4().to_string());
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::error_span!("gateway", request_id = id);
    let mut response = answer(request, next).instrument(span).await;
    headers::secure(response.headers_mut());
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The line names the route, not the path, which may hold anything that a client writes.
async fn answer(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let (status, route) = (response.status().as_u16(), route.as_ref().map(MatchedPath::as_str));
    tracing::info!(%method, route, status, "the gateway answered");
    response
}
