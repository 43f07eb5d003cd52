//! The console's way to the API: its routes, within the process.

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::HOST;
use axum::http::{HeaderValue, Request, Response};
use console::Api;
use tower::ServiceExt;

/// The longest answer that is read: a timeline of hundreds of events.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// The API's routes.
pub(super) struct Routes(pub(super) Router);

#[async_trait]
impl Api for Routes {
    async fn send(&self, mut request: Request<Bytes>) -> anyhow::Result<Response<Bytes>> {
        request.headers_mut().insert(HOST, HeaderValue::from_static("localhost"));
        let response = match self.0.clone().oneshot(request.map(Body::from)).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (head, body) = response.into_parts();
        Ok(Response::from_parts(head, to_bytes(body, MAX_ANSWER).await?))
    }
}
