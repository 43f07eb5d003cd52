//! A target: it keeps what it gets, answers as a test says, and can be away.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::Value;
use tokio::net::TcpListener;

type Answer = Arc<dyn Fn(&Value) -> u16 + Send + Sync>;

pub(crate) struct Hook {
    pub(crate) url: String,
    state: Kept,
}

#[derive(Clone)]
struct Kept {
    answer: Answer,
    taken: Arc<Mutex<Vec<Received>>>,
}

/// A request that was answered with 200.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Hook {
    /// One that takes everything.
    pub(crate) async fn start() -> Self {
        Self::answering(|_| 200).await
    }

    pub(crate) async fn answering(answer: impl Fn(&Value) -> u16 + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, answer)
    }

    pub(crate) fn on(
        listener: TcpListener,
        answer: impl Fn(&Value) -> u16 + Send + Sync + 'static,
    ) -> Self {
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let state = Kept { answer: Arc::new(answer), taken: Arc::default() };
        let router = Router::new().fallback(receive).with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, state }
    }

    /// What it has taken, in order.
    pub(crate) fn taken(&self) -> Vec<Received> {
        self.state.taken.lock().unwrap().clone()
    }

    /// The groups and numbers of the events that it has taken, in order.
    pub(crate) fn events(&self) -> Vec<(String, u64)> {
        self.taken().iter().map(|received| named(&received.body)).collect()
    }

    /// Waits until it has taken so many requests.
    pub(crate) async fn took(&self, count: usize) -> Vec<Received> {
        let begun = Instant::now();
        while self.taken().len() < count {
            let taken = self.events();
            assert!(begun.elapsed() < Duration::from_secs(60), "{count} wanted: {taken:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.taken()
    }
}

/// The group and the number of an event.
pub(crate) fn named(event: &Value) -> (String, u64) {
    let detail = &event["detail"];
    (detail["group"].as_str().unwrap_or_default().to_owned(), detail["n"].as_u64().unwrap_or(0))
}

async fn receive(
    State(kept): State<Kept>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    let body = serde_json::from_str(&body).unwrap();
    let status = (kept.answer)(&body);
    if status == 200 {
        let received = Received { path: uri.path().to_owned(), headers, body };
        kept.taken.lock().unwrap().push(received);
    }
    StatusCode::from_u16(status).unwrap()
}
