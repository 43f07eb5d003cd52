//! The event bus: EventBridge's wire protocol on a port, with entries refused as a test wants.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{Clock, Timestamp, TripId};
use event_bus::{Config, Entry, EntryFailure, EventBus, Filter, Interceptor, Position};
use futures::TryStreamExt;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

type Choose = Box<dyn FnMut(&Entry) -> Option<EntryFailure> + Send>;

/// A bus that lives as long as this value. Faults of whole calls belong to the proxy before it.
pub struct Bus {
    bus: EventBus,
    url: String,
    refusals: Arc<Refusals>,
    _directory: TempDir,
    _serving: DropGuard,
}

#[derive(Default)]
struct Refusals(Mutex<Option<Choose>>);

impl Interceptor for Refusals {
    fn entry(&self, entry: &Entry) -> Option<EntryFailure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut()?(entry)
    }
}

impl Bus {
    /// An empty bus that tells the time by `clock`.
    pub async fn start(clock: Arc<dyn Clock>) -> Self {
        let (directory, refusals) = (TempDir::new().unwrap(), Arc::<Refusals>::default());
        let config = Config { interceptor: refusals.clone(), ..Config::new(clock) };
        let bus = EventBus::open(&directory.path().join("events.db"), config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (router, stop) = (event_bus::router(bus.clone()), CancellationToken::new());
        let serve =
            axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
        tokio::spawn(serve.into_future());
        Self { bus, url, refusals, _directory: directory, _serving: stop.drop_guard() }
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Refuses each entry for which `choose` gives an error code; replaces what was chosen before.
    pub fn refuse(&self, mut choose: impl FnMut(&Entry) -> Option<&'static str> + Send + 'static) {
        let failure = move |entry: &Entry| {
            choose(entry).map(|code| EntryFailure::new(code, "refused by the test"))
        };
        self.set(Some(Box::new(failure)));
    }

    /// Refuses nothing any more.
    pub fn accept_all(&self) {
        self.set(None);
    }

    /// The envelopes of all events that were taken, in order, as often as they were taken.
    pub async fn published(&self) -> Vec<Value> {
        let events = self.bus.archive().replay(Position::START, Filter::default());
        let envelope = |event: event_bus::ArchivedEvent| {
            let event: Value = serde_json::from_str(event.event.as_str()).unwrap();
            event["detail"].clone()
        };
        events.map_ok(envelope).try_collect().await.unwrap()
    }

    /// The same, of one trip.
    pub async fn published_of(&self, trip: &TripId) -> Vec<Value> {
        let mut envelopes = self.published().await;
        envelopes.retain(|envelope| envelope["subject"] == trip.as_str());
        envelopes
    }

    /// Forgets what was published.
    pub async fn forget(&self) {
        self.bus.archive().prune(Timestamp::from_millis(i64::MAX)).await.unwrap();
    }

    fn set(&self, choose: Option<Choose>) {
        *self.refusals.0.lock().unwrap_or_else(PoisonError::into_inner) = choose;
    }
}
