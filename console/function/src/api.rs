//! The API over HTTPS.

use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use axum::body::Bytes;
use console::Api;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Limited};
use tokio::time::timeout;

/// How long an answer may take with its body.
const PATIENCE: Duration = Duration::from_secs(8);
/// API Gateway's longest answer. Source: "Quotas for configuring and running a REST API".
const MAX_ANSWER: usize = 10 * 1024 * 1024;

/// The REST API, called as its other clients call it. What only reads is tried twice, since a
/// connection may have ended while Lambda kept the process frozen. All else is tried once: a
/// booking that was not answered may have been taken.
pub(crate) struct OverHttps {
    connector: SharedHttpConnector,
    /// Without a slash at its end.
    url: String,
}

impl OverHttps {
    pub(crate) fn new(connector: SharedHttpConnector, url: &str) -> Self {
        Self { connector, url: url.to_owned() }
    }

    async fn attempt(&self, request: Request<Bytes>) -> anyhow::Result<Response<Bytes>> {
        let called = timeout(PATIENCE, self.call(request)).await;
        called.context("the API did not answer in time")?.context("the API cannot be called")
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
        if request.method() == Method::GET
            && let Ok(answer) = self.attempt(request.clone()).await
        {
            return Ok(answer);
        }
        self.attempt(request).await
    }
}

#[cfg(test)]
mod tests {
    use lambda_kit::clients::connector;
    use lambda_kit::config::Config;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// An API that closes its first connection without an answer.
    async fn api() -> OverHttps {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/prod", listener.local_addr().unwrap());
        tokio::spawn(async move {
            for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ntrip"] {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 1024];
                let length = stream.read(&mut request).await.unwrap();
                assert!(request[..length].windows(17).any(|part| part == b" /prod/trips?a=1 "));
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        OverHttps::new(connector(&Config::default()), &url)
    }

    fn call(method: Method) -> Request<Bytes> {
        Request::builder().method(method).uri("/trips?a=1").body(Bytes::new()).unwrap()
    }

    #[tokio::test]
    async fn a_read_is_tried_again_over_another_connection() {
        let answer = api().await.send(call(Method::GET)).await.unwrap();
        assert_eq!(&**answer.body(), b"trip");
    }

    #[tokio::test]
    async fn a_write_that_was_not_answered_is_not_sent_again() {
        let api = api().await;
        assert!(api.send(call(Method::POST)).await.is_err());
        // The second connection still waits for the first call over it.
        assert_eq!(&**api.send(call(Method::POST)).await.unwrap().body(), b"trip");
    }
}
