//! The exporter's connection to its collector: the HTTP client of the SDK clients.

use async_trait::async_trait;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http_body_util::BodyExt;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};

/// Keeps its connections. The caller decides how long to wait.
#[derive(Debug)]
pub(super) struct Client(pub(super) SharedHttpConnector);

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = HttpRequest::try_from(request.map(Into::into))?;
        let (head, body) = self.0.call(request).await?.try_into_http1x()?.into_parts();
        // The body is read to its end: only then is the connection free again.
        Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
    }
}
