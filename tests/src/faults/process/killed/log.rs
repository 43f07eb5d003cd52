//! The target of a FIFO subscriber: it writes down what it takes.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use ordered_bus::{Published, Verdict};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;
use tokio::net::TcpListener;

/// The share of requests that it refuses for now.
const REFUSED: f64 = 0.1;

/// The events that it took, in order.
pub(super) struct Log {
    pub(super) url: String,
    kept: Arc<Kept>,
}

struct Kept {
    events: Mutex<Vec<Published>>,
    random: Mutex<StdRng>,
}

impl Log {
    pub(super) async fn open(random: StdRng) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let kept = Arc::new(Kept { events: Mutex::default(), random: Mutex::new(random) });
        let router = Router::new().fallback(take).with_state(Arc::clone(&kept));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, kept }
    }

    pub(super) fn verdict(&self) -> Verdict {
        Verdict::of(&self.kept.events.lock().unwrap())
    }
}

async fn take(State(kept): State<Arc<Kept>>, body: String) -> StatusCode {
    if kept.random.lock().unwrap().random_bool(REFUSED) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let event: Value = serde_json::from_str(&body).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    kept.events.lock().unwrap().push(Published {
        group: Some(text(&event["detail"]["subject"])),
        deduplication_id: Some(text(&event["detail"]["id"])),
        detail_type: text(&event["detail-type"]),
        detail: event["detail"].clone(),
    });
    StatusCode::NO_CONTENT
}
