//! The way to the API.

use async_trait::async_trait;
use axum::body::Bytes;
use http::{Request, Response};

/// Calls the API as any client does.
#[async_trait]
pub trait Api: Send + Sync {
    /// Sends a request, whose URI is a path of the API with its query, and waits for the whole
    /// answer.
    ///
    /// # Errors
    /// When there is no whole answer. An answer with an error's status is an answer.
    async fn send(&self, request: Request<Bytes>) -> anyhow::Result<Response<Bytes>>;
}
