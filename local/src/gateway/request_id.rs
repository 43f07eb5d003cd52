//! The id of each request: the client's own where it sent a usable one, else a fresh UUID.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use lambda_kit::http::headers::{self, REQUEST_ID};
use uuid::Uuid;

/// The id of a request. It has the form of a trip id, since it stands in for one where a booking
/// names none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RequestId(pub(super) String);

/// Gives the request its id, and the answer the same id and the security headers.
pub(super) async fn stamp(mut request: Request, next: Next) -> Response {
    let sent = headers::request_id(request.headers()).map(String::from);
    let id = sent.unwrap_or_else(|| Uuid::new_v4().to_string());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    headers::secure(response.headers_mut());
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
