//! What the tests share: an account in a temporary folder, a clock, and an SDK client for it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_sdk_eventbridgev2::Client;
use aws_sdk_eventbridgev2::config::retry::RetryConfig;
use aws_sdk_eventbridgev2::config::{BehaviorVersion, Config as SdkConfig, Region};
use aws_sdk_eventbridgev2::operation::create_subscriber::builders::CreateSubscriberFluentBuilder;
use aws_sdk_eventbridgev2::types::{
    InvokeConfiguration, OrderingType, PutEventsRequestEntry, PutEventsSystemMetadata, RetryPolicy,
    SubscriberState,
};
use domain::{Clock, Timestamp};
use ordered_bus::{Account, Config};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/delivery";
pub(crate) const BUS: &str =
    "arn:aws:events:us-east-1:000000000000:event-busv2/trips/abcdefghij0123456789abcde";

/// Shows the time that has passed, some of it at once.
#[derive(Debug)]
pub(crate) struct Clocked {
    begun: Instant,
    ahead: std::sync::atomic::AtomicI64,
    panics: std::sync::atomic::AtomicBool,
}

impl Clocked {
    /// 2026-03-01T01:00:00Z.
    const START: i64 = 1_772_326_800_000;

    pub(crate) fn start() -> Arc<Self> {
        Arc::new(Self { begun: Instant::now(), ahead: 0.into(), panics: false.into() })
    }

    pub(crate) fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap();
        self.ahead.fetch_add(millis, std::sync::atomic::Ordering::SeqCst);
    }

    /// Whoever asks for the time next panics.
    pub(crate) fn panic_once(&self) {
        self.panics.store(true, std::sync::atomic::Ordering::SeqCst);
    }

    /// Whether nobody has panicked yet.
    pub(crate) fn panics(&self) -> bool {
        self.panics.load(std::sync::atomic::Ordering::SeqCst)
    }
}

impl Clock for Clocked {
    fn now(&self) -> Timestamp {
        assert!(!self.panics.swap(false, std::sync::atomic::Ordering::SeqCst), "as a test asked");
        let ahead = self.ahead.load(std::sync::atomic::Ordering::SeqCst);
        Timestamp::from_millis(Self::START + ahead).after(self.begun.elapsed())
    }
}

/// An account with the bus [`BUS`], served and delivering.
pub(crate) struct Bed {
    pub(crate) account: Account,
    pub(crate) client: Client,
    pub(crate) clock: Arc<Clocked>,
    pub(crate) folder: Arc<TempDir>,
    _delivering: DropGuard,
}

impl Bed {
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::over(Arc::new(TempDir::new().unwrap()), Clocked::start(), change).await
    }

    /// Another process on the same file, at the same time of day.
    pub(crate) async fn reopened(self) -> Self {
        let (folder, clock) = (Arc::clone(&self.folder), Arc::clone(&self.clock));
        drop(self);
        Self::over(folder, clock, |_| {}).await
    }

    async fn over(
        folder: Arc<TempDir>,
        clock: Arc<Clocked>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let account = open(folder.path(), clock.clone(), change);
        let client = client_of(&account).await;
        let stop = CancellationToken::new();
        let (delivering, stopped) = (account.clone(), stop.clone());
        tokio::spawn(async move { delivering.deliver(stopped.cancelled_owned()).await });
        Self { account, client, clock, folder, _delivering: stop.drop_guard() }
    }

    /// Publishes an event of this number to a group.
    pub(crate) async fn publish(&self, group: &str, number: u32) -> String {
        publish(&self.client, group, number).await
    }

    /// A subscriber of the bus at this address, to be named and sent.
    pub(crate) fn subscriber(&self, kind: OrderingType, to: &str) -> CreateSubscriberFluentBuilder {
        let invoke = InvokeConfiguration::builder().target_arn(to).role_arn(ROLE);
        let subscriber = self.client.create_subscriber().event_bus_arn(BUS).r#type(kind);
        subscriber.invoke_configuration(invoke.build().unwrap())
    }

    /// How many events are not settled for a subscriber.
    pub(crate) async fn lag(&self, name: &str) -> u64 {
        let all = self.account.standings().await.unwrap();
        all.into_iter().find(|one| one.name == name).unwrap().lag
    }

    /// Waits until a subscriber has settled everything.
    pub(crate) async fn caught_up(&self, name: &str) {
        eventually("it catches up", async || self.lag(name).await == 0).await;
    }

    pub(crate) async fn update(&self, arn: &str, state: SubscriberState) {
        self.client.update_subscriber().subscriber_arn(arn).state(state).send().await.unwrap();
    }
}

pub(crate) fn open(
    folder: &Path,
    clock: Arc<dyn Clock>,
    change: impl FnOnce(&mut Config),
) -> Account {
    let mut config = Config::new(clock);
    config.retries.first = Duration::from_millis(20);
    config.retries.longest = Duration::from_millis(100);
    change(&mut config);
    let account = Account::open(&folder.join("ordered-bus.db"), config).unwrap();
    account.ensure_bus(BUS, "trips", 7, None).unwrap();
    account
}

/// An SDK client without retries, connected to an account through a listener of its own.
pub(crate) async fn client_of(account: &Account) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let router = account.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Client::from_conf(
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(endpoint)
            .credentials_provider(Credentials::new("local", "local", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .retry_config(RetryConfig::disabled())
            .build(),
    )
}

pub(crate) fn entry(group: Option<&str>, id: Option<&str>, detail: &str) -> PutEventsRequestEntry {
    let metadata = PutEventsSystemMetadata::builder()
        .set_event_group_id(group.map(str::to_owned))
        .set_deduplication_id(id.map(str::to_owned));
    PutEventsRequestEntry::builder()
        .source("trip-saga")
        .detail_type("n.v1")
        .detail(detail)
        .system_metadata(metadata.build())
        .build()
        .unwrap()
}

/// Publishes `{"group": …, "n": …}`; returns its sequence number.
pub(crate) async fn publish(client: &Client, group: &str, number: u32) -> String {
    let detail = format!(r#"{{"group":"{group}","n":{number}}}"#);
    let id = format!("{group}-{number}");
    let put =
        client.put_events().event_bus_arn(BUS).entries(entry(Some(group), Some(&id), &detail));
    let answer = put.send().await.unwrap();
    assert_eq!(answer.failed_entry_count(), 0, "{answer:?}");
    answer.entries()[0].sequence_number().unwrap().to_owned()
}

pub(crate) fn retries(attempts: i32) -> RetryPolicy {
    RetryPolicy::builder().max_retry_attempts(attempts).build()
}

/// Looks until it is so.
pub(crate) async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(60), "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
