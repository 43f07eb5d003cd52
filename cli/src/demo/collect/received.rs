//! What a FIFO subscriber of the ordered bus is sent, from the bus's first event to its last.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Envelope;
use local::{SubscriberState, System};
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::Delivered;
use crate::client::{OrderedBus, Wanted};

/// How often to look whether the subscriber has been sent everything.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The bodies of the requests, in order.
type Log = Arc<Mutex<Vec<String>>>;

/// `None` on a classic bus, which has no such subscribers.
pub(super) async fn received(system: &System) -> anyhow::Result<Option<Vec<Envelope>>> {
    if system.ordered_bus().is_none() {
        return Ok(None);
    }
    let log = Log::default();
    let to = listen(Arc::clone(&log)).await?;
    let bus = OrderedBus::find(&system.urls().aws.parse()?).await?;
    let wanted = Wanted { from: None, to, pattern: None, follow: false };
    let subscriber = bus.subscribe(wanted).await?;
    bus.start(&subscriber).await?;
    while bus.standing(&subscriber).await?.state != SubscriberState::Stopped {
        sleep(LOOK_EVERY).await;
    }
    bus.delete(&subscriber).await?;
    let bodies = std::mem::take(&mut *log.lock().unwrap_or_else(PoisonError::into_inner));
    bodies.iter().map(|body| read(body)).collect::<anyhow::Result<_>>().map(Some)
}

/// An address of this process that takes everything.
async fn listen(log: Log) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let router = Router::new().fallback(take).with_state(log);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}

async fn take(State(log): State<Log>, body: String) -> StatusCode {
    log.lock().unwrap_or_else(PoisonError::into_inner).push(body);
    StatusCode::NO_CONTENT
}

fn read(body: &str) -> anyhow::Result<Envelope> {
    let delivered: Delivered =
        serde_json::from_str(body).with_context(|| format!("no event of ours: {body}"))?;
    Ok(delivered.detail)
}
