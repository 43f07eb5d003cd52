//! What the tests share: a clock they set, a bus on a temporary file, and an SDK client for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::retry::RetryConfig;
use aws_sdk_eventbridge::config::timeout::TimeoutConfig;
use aws_sdk_eventbridge::config::{BehaviorVersion, Config as SdkConfig, Region};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use domain::{Clock, Timestamp};
use event_bus::{ArchivedEvent, Config, EventBus, Filter, Position};
use futures::TryStreamExt;
use tempfile::TempDir;
use testing::{FixedClock, ManualClock};
use tokio::net::TcpListener;

/// The time at which every test begins: 2026-03-01T01:00:00Z.
pub(crate) const START: i64 = 1_772_326_800_000;

/// A bus on a temporary file, served to an SDK client.
pub(crate) struct Served {
    pub(crate) bus: EventBus,
    pub(crate) client: Client,
    clock: Arc<ManualClock>,
    pub(crate) file: TempDir,
}

impl Served {
    /// Sets the clock to this many milliseconds after [`START`].
    pub(crate) fn set_clock(&self, millis: i64) {
        self.clock.set(Timestamp::from_millis(START + millis));
    }

    /// Publishes one event this many milliseconds after [`START`].
    pub(crate) async fn publish_at(&self, millis: i64, number: u64) {
        self.set_clock(millis);
        publish(&self.client, [number]).await;
    }
}

pub(crate) fn config() -> Config {
    Config::new(Arc::new(FixedClock::at_millis(START)))
}

/// Opens the bus in `directory`.
pub(crate) fn open(directory: &TempDir, config: Config) -> EventBus {
    EventBus::open(&directory.path().join("bus.sqlite"), config).unwrap()
}

/// Serves a fresh bus whose configuration `change` may change.
pub(crate) async fn serve_with(change: impl FnOnce(&mut Config)) -> Served {
    let clock = Arc::<ManualClock>::default();
    clock.set(Timestamp::from_millis(START));
    let mut config = Config::new(clock.clone());
    change(&mut config);
    let file = TempDir::new().unwrap();
    let bus = open(&file, config);
    let client = client_of(&bus).await;
    Served { bus, client, clock, file }
}

pub(crate) async fn serve() -> Served {
    serve_with(|_| {}).await
}

/// An SDK client without retries, connected to `bus` through a listener of its own.
pub(crate) async fn client_of(bus: &EventBus) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let router = event_bus::router(bus.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Client::from_conf(
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(endpoint)
            .credentials_provider(Credentials::new("local", "local", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .build(),
    )
}

/// An entry for the bus `trip-saga`.
pub(crate) fn entry(detail_type: &str, detail: &str) -> PutEventsRequestEntry {
    PutEventsRequestEntry::builder()
        .source("trip-saga")
        .detail_type(detail_type)
        .detail(detail)
        .event_bus_name("trip-saga")
        .build()
}

/// Puts events with the details `{"n": from}` and following, and waits for the answer.
pub(crate) async fn publish(client: &Client, numbers: impl IntoIterator<Item = u64>) {
    let entries = numbers.into_iter().map(|n| entry("n.v1", &format!(r#"{{"n":{n}}}"#)));
    let answer = client.put_events().set_entries(Some(entries.collect())).send().await.unwrap();
    assert_eq!(answer.failed_entry_count(), 0, "{answer:?}");
}

/// The whole archive.
pub(crate) async fn archived(bus: &EventBus) -> Vec<ArchivedEvent> {
    let all = bus.archive().replay(Position::START, Filter::default());
    all.try_collect().await.unwrap()
}

/// The field `detail.n` of an event.
pub(crate) fn number(event: &ArchivedEvent) -> u64 {
    let event: serde_json::Value = serde_json::from_str(event.event.as_str()).unwrap();
    event["detail"]["n"].as_u64().unwrap()
}

/// Shows the time that has passed since it was made, after [`START`].
#[derive(Debug)]
pub(crate) struct RunningClock(Instant);

impl RunningClock {
    pub(crate) fn start() -> Arc<Self> {
        Arc::new(Self(Instant::now()))
    }
}

impl Clock for RunningClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(START).after(self.0.elapsed())
    }
}

/// Checks until there is a value.
pub(crate) async fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
