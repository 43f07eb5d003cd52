//! The bus on a port.

use std::io;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::bus::OrderedBus;
use crate::sink::Sink;
use crate::wire::Refusal;

const PUT_EVENTS: &str = "/service/AWSEventsV2/operation/PutEvents";
const PROTOCOL: &str = "smithy-protocol";
/// Beyond what the bus takes, so that it refuses by itself.
const MOST_BYTES: usize = 8 * 1024 * 1024;

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
            .route(PUT_EVENTS, post(put_events::<S>))
            .layer(DefaultBodyLimit::max(MOST_BYTES))
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

async fn put_events<S: Sink>(
    State(bus): State<OrderedBus<S>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let is_cbor = headers.get(PROTOCOL).is_some_and(|protocol| protocol == "rpc-v2-cbor")
        && headers.get(header::CONTENT_TYPE).is_some_and(|content| content == "application/cbor");
    if !is_cbor {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let read = ciborium::from_reader(&body[..]);
    let read = read.map_err(|error| Refusal::invalid(format!("{error}")));
    let answer = match read {
        Ok(input) => bus.put(input).await,
        Err(refusal) => Err(refusal),
    };
    match answer {
        Ok(output) => cbor(200, &output),
        Err(refusal) => cbor(refusal.status, &refusal),
    }
}

fn cbor(status: u16, answer: &impl Serialize) -> Response {
    let mut body = Vec::new();
    if ciborium::into_writer(answer, &mut body).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/cbor"));
    headers.insert(PROTOCOL, HeaderValue::from_static("rpc-v2-cbor"));
    response
}
