//! An HTTP server that fails as its script says.

use std::collections::{BTreeMap, VecDeque};
use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use tokio::net::TcpListener;

/// What the server does with a request.
#[derive(Clone, Copy)]
pub(super) enum Reply {
    /// It answers with this status.
    Answer(u16),
    /// It answers with this status and this `Retry-After`.
    RetryAfter(u16, &'static str),
    /// It closes the connection without an answer.
    Break,
    /// It never answers.
    Hang,
}

/// The server. What its script leaves open it answers with 200.
pub(super) struct Receiver {
    pub(super) url: String,
    state: Arc<Mutex<Received>>,
}

#[derive(Default)]
struct Received {
    /// By the number of the event.
    script: BTreeMap<i64, VecDeque<Reply>>,
    bodies: Vec<String>,
}

#[derive(Deserialize)]
struct Event {
    detail: Detail,
}

#[derive(Deserialize)]
struct Detail {
    n: i64,
}

impl Receiver {
    /// A server for this address that does not listen yet.
    pub(super) fn at(address: SocketAddr) -> Self {
        Self { url: format!("http://{address}/hook?key=1"), state: Arc::default() }
    }

    pub(super) async fn serve(script: impl IntoIterator<Item = (i64, Vec<Reply>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self::at(listener.local_addr().unwrap());
        let script = script.into_iter().map(|(n, replies)| (n, replies.into()));
        receiver.state.lock().unwrap().script = script.collect();
        receiver.listen(listener);
        receiver
    }

    pub(super) fn listen(&self, listener: TcpListener) {
        let router = Router::new().route("/hook", post(receive)).with_state(self.state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
    }

    /// The bodies of all requests, in order.
    pub(super) fn bodies(&self) -> Vec<String> {
        self.state.lock().unwrap().bodies.clone()
    }
}

async fn receive(
    State(state): State<Arc<Mutex<Received>>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    assert_eq!(headers[header::CONTENT_TYPE], "application/json");
    let event: Event = serde_json::from_str(&body).unwrap();
    let reply = {
        let mut received = state.lock().unwrap();
        received.bodies.push(body);
        received.script.get_mut(&event.detail.n).and_then(VecDeque::pop_front)
    };
    let status = |code| StatusCode::from_u16(code).unwrap();
    match reply.unwrap_or(Reply::Answer(200)) {
        Reply::Answer(code) => (status(code), [(header::LOCATION, "/hook")]).into_response(),
        Reply::RetryAfter(code, wait) => {
            (status(code), [(header::RETRY_AFTER, wait)]).into_response()
        }
        Reply::Break => panic!("the connection breaks off"),
        Reply::Hang => pending().await,
    }
}
