//! A system on an ordered bus whose dispatcher is a process behind a mapping of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use aws_sdk_dynamodbstreams::Client as StreamsClient;
use aws_sdk_eventbridgev2::Client;
use aws_sdk_eventbridgev2::types::{InvokeConfiguration, OrderingType, RetryPolicy};
use bed::{Bed, FaultProxy, Sandbox, answers, dynamodb_local};
use cli::demo::{Plan, PlannedTrip};
use event_bus::{Entry, EntryFailure, Interceptor};
use event_source_mapping::{
    Backoff, Handler, InMemoryPositions, InvokeError, Mapping, MappingConfig, Ports,
    stream_of_table,
};
use futures::future::join_all;
use lambda_kit::clients::sdk_config;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::name;
use local::account::ordered_bus_arn;
use local::runtime::Consumer as Mapped;
use local::{BusKind, Faults, Options, Pace, System};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use super::super::DISPATCHER;
use super::log::Log;

/// How often a call of the dispatcher is throttled, and how often an entry.
const THROTTLED: usize = 10;
/// The sweeper comes soon for what a killed process has left.
const PACE: Pace =
    Pace { sweep_grace: Duration::from_secs(2), sweep_every: Duration::from_secs(1), ..Pace::FAST };
/// How long a whole system may take to come to rest.
const PEACE: Duration = Duration::from_secs(600);
const PAUSE: Duration = Duration::from_millis(50);

pub(super) struct Stage {
    bed: Bed,
    system: System,
    pub(super) consumer: Consumer,
    pub(super) log: Log,
    calls: Arc<AtomicUsize>,
    _bus: FaultProxy,
}

/// The dispatcher's process as a mapping invokes it.
#[derive(Clone)]
pub(super) struct Consumer(Arc<Counted>);

struct Counted {
    sandbox: Sandbox,
    begun: watch::Sender<usize>,
    /// Invocations that ended with their process.
    ended: AtomicUsize,
}

/// The bus throttles every tenth entry.
#[derive(Default)]
struct Throttling(AtomicUsize);

impl Interceptor for Throttling {
    fn entry(&self, _: &Entry) -> Option<EntryFailure> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        let is_throttled = number % THROTTLED == THROTTLED - 1;
        is_throttled.then(|| EntryFailure::new("ThrottlingException", "Rate exceeded"))
    }
}

impl Stage {
    pub(super) async fn set(random: &mut StdRng) -> Self {
        let bed = Bed::new().await;
        let faults = Faults { bus: Arc::<Throttling>::default(), ..Faults::default() };
        let options = Options { bus: BusKind::Ordered, pace: PACE, faults, ..bed.options() };
        let system = System::start(options).await.unwrap();
        pause_its_own_dispatcher(&system).await;
        let (bus, calls) = throttled_bus(&system).await;
        let settings = bed.settings_with(&[
            ("EVENT_BUS", &ordered_bus_arn()),
            ("AWS_ENDPOINT_URL_EVENTBRIDGEV2", bus.url()),
            (name::SWEEP_GRACE_SECONDS, "2"),
        ]);
        let sandbox = Sandbox::new(DISPATCHER, "dispatcher", &settings);
        let log = Log::open(StdRng::from_rng(random)).await;
        subscribe(&bed, &system, &log).await;
        Self { bed, system, consumer: Consumer::of(sandbox), log, calls, _bus: bus }
    }

    /// Hands the stream to the process until the guard is dropped.
    pub(super) async fn dispatch(&self) -> DropGuard {
        let upstream = dynamodb_local().await.url();
        let config = self.bed.config_with(&[("AWS_ENDPOINT_URL_DYNAMODB", upstream)]);
        let client = StreamsClient::new(&sdk_config(&config, "dynamodb").await);
        let mapping = mapping(client, &self.bed.tables.trips, self.consumer.clone()).await;
        let stop = CancellationToken::new();
        tokio::spawn(mapping.run(stop.clone()));
        stop.drop_guard()
    }

    /// Books trips, all at once, each until it is accepted.
    pub(super) async fn book(&self, trips: &[PlannedTrip]) {
        join_all(trips.iter().map(|trip| self.book_one(trip))).await;
    }

    async fn book_one(&self, trip: &PlannedTrip) {
        let (client, url) = (reqwest::Client::new(), format!("{}/trips", self.system.urls().api));
        loop {
            let request = client.post(&url).bearer_auth(format!("dev-customer-{}", trip.customer));
            match request.json(&trip.body).send().await.unwrap().status().as_u16() {
                202 => return,
                429 => tokio::time::sleep(PAUSE).await,
                status => panic!("{} was answered {status}", trip.id),
            }
        }
    }

    /// Waits until every event is on the bus and the subscriber has settled all of them.
    pub(super) async fn settled(&self) {
        self.system.runner().idle().await;
        let begun = Instant::now();
        loop {
            let pending = self.bed.outbox().open_counts().await.unwrap().pending_events;
            let standings = self.system.ordered_bus().unwrap().standings().await.unwrap();
            if pending == 0 && standings.iter().all(|one| one.lag == 0) {
                return;
            }
            assert!(begun.elapsed() < PEACE, "{pending} pending, {standings:?}");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// How many events the trips have.
    pub(super) async fn committed(&self, plan: &Plan) -> usize {
        let mut events = 0;
        for trip in &plan.trips {
            events += self.bed.committed(&trip.id).await.len();
        }
        events
    }

    /// How many calls of the dispatcher were throttled.
    pub(super) fn throttled(&self) -> usize {
        self.calls.load(Ordering::SeqCst) / THROTTLED
    }
}

impl Consumer {
    fn of(sandbox: Sandbox) -> Self {
        let (begun, ended) = (watch::Sender::new(0), AtomicUsize::new(0));
        Self(Arc::new(Counted { sandbox, begun, ended }))
    }

    /// Waits for the next invocation.
    pub(super) async fn begins(&self) {
        self.0.begun.subscribe().changed().await.unwrap();
    }

    pub(super) async fn kill(&self) {
        self.0.sandbox.kill().await;
    }

    pub(super) fn starts(&self) -> usize {
        self.0.sandbox.starts()
    }

    pub(super) fn ended(&self) -> usize {
        self.0.ended.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Handler for Consumer {
    async fn invoke(&self, _: Uuid, event: Box<RawValue>) -> Result<Value, InvokeError> {
        let event: Value = serde_json::from_str(event.get()).unwrap();
        self.0.begun.send_modify(|begun| *begun += 1);
        let answer = self.0.sandbox.invoke(&event).await;
        answer.map_err(|error| {
            let is_end = error.error_type == "Runtime.ExitError";
            self.0.ended.fetch_add(usize::from(is_end), Ordering::SeqCst);
            InvokeError::new(error.error_type, error.message)
        })
    }
}

async fn mapping(client: StreamsClient, table: &str, consumer: Consumer) -> Mapping {
    let stream = stream_of_table(&client, table).await.unwrap().unwrap();
    let mapped = Mapped::dispatcher();
    let config = MappingConfig {
        filters: vec![mapped.filter],
        batch_size: mapped.batch_size,
        parallelization_factor: mapped.parallelization_factor,
        bisect_on_error: true,
        retry: Backoff { first: Duration::from_millis(10), cap: Duration::from_millis(200) },
        ..MappingConfig::new("dispatcher", stream)
    };
    let ports = Ports {
        handler: Arc::new(consumer),
        positions: Arc::new(InMemoryPositions::default()),
        on_failure: None,
        clock: Arc::new(SystemClock),
    };
    Mapping::new(config, client, ports).unwrap()
}

/// The process does its work.
async fn pause_its_own_dispatcher(system: &System) {
    let client = reqwest::Client::new();
    let mappings = format!("{}/2015-03-31/event-source-mappings", system.urls().aws);
    let listed = client.get(&mappings).query(&[("FunctionName", "dispatcher")]).send().await;
    let listed: Value = listed.unwrap().json().await.unwrap();
    let id = listed["EventSourceMappings"][0]["UUID"].as_str().unwrap();
    let pause = client.put(format!("{mappings}/{id}")).json(&json!({ "Enabled": false }));
    assert_eq!(pause.send().await.unwrap().status(), 202);
}

/// The way to the bus on which every tenth call is throttled, and how many there were.
async fn throttled_bus(system: &System) -> (FaultProxy, Arc<AtomicUsize>) {
    let (bus, calls) =
        (FaultProxy::before(&system.urls().aws).await, Arc::<AtomicUsize>::default());
    let counted = Arc::clone(&calls);
    bus.inject(move |_| {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        let is_throttled = number % THROTTLED == THROTTLED - 1;
        is_throttled.then(|| answers::error(429, "ThrottlingException", "Rate exceeded"))
    });
    (bus, calls)
}

async fn subscribe(bed: &Bed, system: &System, log: &Log) {
    let config = bed.config_with(&[("AWS_ENDPOINT_URL_EVENTBRIDGEV2", &system.urls().aws)]);
    let client = Client::new(&sdk_config(&config, "eventbridgev2").await);
    let invoke = InvokeConfiguration::builder()
        .target_arn(&log.url)
        .role_arn("arn:aws:iam::000000000000:role/delivery")
        .build()
        .unwrap();
    let subscriber = client.create_subscriber().name("log").event_bus_arn(ordered_bus_arn());
    let subscriber = subscriber.r#type(OrderingType::Fifo).invoke_configuration(invoke);
    let retries = RetryPolicy::builder().max_retry_attempts(185).max_event_age_in_seconds(86_400);
    subscriber.retry_policy(retries.build()).send().await.unwrap();
}
