//! The API, called as the visitor.

use std::sync::Arc;

use axum::body::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use serde_json::Value;

use crate::ports::Api;

/// A way to the API, and what it is called with.
#[derive(Clone)]
pub(crate) struct Client {
    api: Arc<dyn Api>,
    authorization: String,
}

/// What the API answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The JSON of its body; null if it has none.
    pub(crate) body: Value,
}

impl Client {
    pub(crate) fn new(api: Arc<dyn Api>, bearer: &str) -> Self {
        Self { api, authorization: format!("Bearer {bearer}") }
    }

    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.call(Method::GET, path, Bytes::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        self.call(Method::POST, path, body).await
    }

    async fn call(&self, method: Method, path: &str, body: Bytes) -> anyhow::Result<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(AUTHORIZATION, &self.authorization)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .body(body)?;
        let response = self.api.send(request).await?;
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        Ok(Answer { status: response.status(), body })
    }
}
