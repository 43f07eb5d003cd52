//! The API over HTTPS.

use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use axum::body::Bytes;
use console::Api;
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use tokio::time::timeout;

/// How long an answer may take with its body.
const PATIENCE: Duration = Duration::from_secs(8);
/// API Gateway's longest answer. Source: "Quotas for configuring and running a REST API".
const MAX_ANSWER: usize = 10 * 1024 * 1024;

/// The REST API, called as its other clients call it. A call is tried once: a booking that was not
/// answered may have been taken.
pub(crate) struct OverHttps {
    connector: SharedHttpConnector,
    /// Without a slash at its end.
    url: String,
}

impl OverHttps {
    pub(crate) fn new(connector: SharedHttpConnector, url: &str) -> Self {
        Self { connector, url: url.to_owned() }
    }

    async fn call(&self, request: Request<Bytes>) -> anyhow::Result<Response<Bytes>> {
        let (mut head, body) = request.into_parts();
        head.uri = format!("{}{}", self.url, head.uri).parse()?;
        let request = HttpRequest::try_from(Request::from_parts(head, SdkBody::from(body)))?;
        let answer = self.connector.call(request).await?;
        let (head, body) = answer.try_into_http1x()?.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await;
        let body = body.map_err(anyhow::Error::from_boxed)?.to_bytes();
        Ok(Response::from_parts(head, body))
    }
}

#[async_trait]
impl Api for OverHttps {
    async fn send(&self, request: Request<Bytes>) -> anyhow::Result<Response<Bytes>> {
        let called = timeout(PATIENCE, self.call(request)).await;
        called.context("the API did not answer in time")?.context("the API cannot be called")
    }
}
