//! The API, called within the process as the local operator.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

/// The token under which the local gateway takes whoever reaches it for the operator.
pub(crate) const OPERATOR: &str = "Bearer dev-operator";
/// The longest answer that is read: a timeline of hundreds of events.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// The API's routes.
pub(crate) struct Api {
    routes: Router,
}

/// What the API answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The JSON of its body; null if it has none.
    pub(crate) body: Value,
}

/// The API gave no whole answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    #[error("the request could not be made")]
    Request(#[from] http::Error),
    #[error("the answer broke off")]
    Body(#[from] axum::Error),
}

impl Api {
    pub(crate) fn new(routes: Router) -> Self {
        Self { routes }
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer, NoAnswer> {
        self.call(Method::GET, path, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer, NoAnswer> {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.call(Method::POST, path, body).await
    }

    async fn call(&self, method: Method, path: &str, body: Body) -> Result<Answer, NoAnswer> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, "localhost")
            .header(AUTHORIZATION, OPERATOR)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .body(body)?;
        let response = match self.routes.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status();
        let body = to_bytes(response.into_body(), MAX_ANSWER).await?;
        Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default() })
    }
}
