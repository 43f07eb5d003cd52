//! One bus on a port.

use std::io;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::bus::OrderedBus;
use crate::refusal::Refusal;
use crate::rpc;
use crate::sink::Sink;

/// A bus that listens as long as this value lives.
pub struct Served {
    url: String,
    _serving: DropGuard,
}

impl Served {
    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl<S: Sink> OrderedBus<S> {
    /// `POST /service/AWSEventsV2/operation/PutEvents`.
    pub fn router(&self) -> Router {
        Router::new()
            .route(rpc::OPERATIONS, post(operation::<S>))
            .layer(DefaultBodyLimit::max(rpc::MOST_BYTES))
            .with_state(self.clone())
    }

    /// Serves the bus on a port of its own.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn serve(&self) -> io::Result<Served> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let stop = CancellationToken::new();
        let serve = axum::serve(listener, self.router())
            .with_graceful_shutdown(stop.clone().cancelled_owned());
        tokio::spawn(serve.into_future());
        Ok(Served { url, _serving: stop.drop_guard() })
    }
}

async fn operation<S: Sink>(
    State(bus): State<OrderedBus<S>>,
    Path(operation): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !rpc::is_spoken(&headers) {
        return rpc::unspoken();
    }
    if operation != "PutEvents" {
        return rpc::answer(Err::<(), _>(Refusal::unknown_operation(&operation)));
    }
    match rpc::read(&body) {
        Ok(input) => rpc::answer(bus.put(input).await),
        Err(refusal) => rpc::answer(Err::<(), _>(refusal)),
    }
}
