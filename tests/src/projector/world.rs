//! Fresh tables, trips that are booked into them, their stream, and the projector on it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_dynamodbstreams::Client as StreamsClient;
use bed::{Booking, access_key, dynamodb_local, unique_name};
use domain::command::{ProcessPayment, ReserveFlight, ReserveHotel, SupplierAnswer};
use domain::{Claim, Command, CustomerId, SagaId, Timestamp, TripId};
use event_source_mapping::{replay, stream_of_table};
use futures::future::BoxFuture;
use futures::{FutureExt, TryStreamExt};
use lambda_kit::clients::sdk_config;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::{Config, name};
use lambda_runtime::{Context, LambdaEvent};
use projector::{Deps, View};
use serde_json::{Value, json};
use store::schema::{Tables, create_all};
use store::view::{Put, SearchRow, SearchView, UnreadChange};
use store::{StoreError, TripStore};

/// How many trips are booked.
pub(super) const TRIPS: usize = 4;
/// How many commits a booking has: flight, hotel, payment.
pub(super) const COMMITS: usize = 3;
/// When the first commit took place.
const BEGUN: i64 = 1_768_478_400_000;
/// How long the stream may take to show what was committed.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

type Rows = BTreeMap<TripId, SearchRow>;

pub(super) struct World {
    trips: TripStore,
    view: Arc<Counting>,
    deps: Deps,
    settings: BTreeMap<String, String>,
    streams: StreamsClient,
    table: String,
}

/// The real view, whose writes are counted.
struct Counting {
    view: SearchView,
    written: AtomicUsize,
}

impl View for Counting {
    fn put_newer<'a>(&'a self, row: &'a SearchRow) -> BoxFuture<'a, Result<Put, StoreError>> {
        async move {
            let put = self.view.put_newer(row).await?;
            self.written.fetch_add(usize::from(put == Put::Written), Ordering::SeqCst);
            Ok(put)
        }
        .boxed()
    }

    fn set_aside<'a>(&'a self, change: &'a UnreadChange) -> BoxFuture<'a, Result<(), StoreError>> {
        self.view.set_aside(change).boxed()
    }
}

impl World {
    pub(super) async fn new() -> Self {
        let tables = Tables::prefixed(&unique_name("p"));
        let settings = settings(dynamodb_local().await.url(), &tables);
        let config = sdk_config(&Config::from_map(settings.clone()), "dynamodb").await;
        let client = store::client(&config);
        create_all(&client, &tables).await.unwrap();
        let view = SearchView::new(client.clone(), tables.search);
        let view = Arc::new(Counting { view, written: AtomicUsize::new(0) });
        Self {
            trips: TripStore::new(client, &tables.trips),
            deps: Deps::new(view.clone(), Arc::new(SystemClock)),
            view,
            settings,
            streams: StreamsClient::new(&config),
            table: tables.trips,
        }
    }

    /// A projector that is configured like this world's but for one setting.
    pub(super) async fn with(&self, name: &str, value: &str) -> Deps {
        let mut settings = self.settings.clone();
        settings.insert(name.to_owned(), value.to_owned());
        Deps::from_config(&Config::from_map(settings)).await.unwrap()
    }

    /// Books the trips, their commits interleaved, and waits for the stream to show them.
    pub(super) async fn booked(&self) -> Vec<Value> {
        let trips: Vec<_> = (1..=TRIPS).map(|number| claim(&format!("trip-{number}"))).collect();
        for claim in &trips {
            let details = Booking::new(claim.trip_id.as_str()).details();
            self.commit(&ReserveFlight { claim: claim.clone(), details }).await;
        }
        for claim in &trips {
            let details = Booking::new(claim.trip_id.as_str()).details();
            let hotel = ReserveHotel { claim: claim.clone(), details: details.clone() };
            self.commit(&hotel).await;
            self.commit(&ProcessPayment { claim: claim.clone(), details }).await;
        }
        self.stream().await
    }

    async fn commit(&self, command: &impl Command<Answer = SupplierAnswer>) {
        let trip = self.trips.load(&command.claim().trip_id).await.unwrap();
        let answer = SupplierAnswer::Accepted { reference: "supplier-1".to_owned() };
        let change = command.apply(trip.as_ref(), &answer, Timestamp::from_millis(BEGUN));
        self.trips.commit(&change).await.unwrap();
    }

    /// Every record of the stream, once it shows all commits.
    pub(super) async fn stream(&self) -> Vec<Value> {
        let stream = stream_of_table(&self.streams, &self.table).await.unwrap().unwrap();
        let started = Instant::now();
        loop {
            let records = replay(&self.streams, &stream).await.unwrap();
            if records.iter().filter_map(version).count() == TRIPS * COMMITS {
                return records;
            }
            assert!(started.elapsed() < PATIENCE, "the stream does not show all commits");
            tokio::time::sleep(POLL).await;
        }
    }

    /// Hands a batch to the projector. The sequence number that it reports, if it does.
    pub(super) async fn project(&self, records: &[Value]) -> Option<String> {
        project(&self.deps, records).await
    }

    /// How many writes took effect.
    pub(super) fn written(&self) -> usize {
        self.view.written.load(Ordering::SeqCst)
    }

    /// The rows of the view.
    pub(super) async fn rows(&self) -> Rows {
        let rows = self.view.view.all_rows();
        rows.map_ok(|row| (row.trip_id.clone(), row)).try_collect().await.unwrap()
    }

    /// The rows that the view should have: the summaries of the trips.
    pub(super) async fn fold(&self) -> Rows {
        let trips = self.trips.all_trips();
        trips.map_ok(|row| (row.trip_id.clone(), row)).try_collect().await.unwrap()
    }
}

/// Hands a batch to a projector. The sequence number that it reports, if it does.
pub(super) async fn project(deps: &Deps, records: &[Value]) -> Option<String> {
    let event = LambdaEvent::new(json!({ "Records": records }), Context::default());
    let answer = projector::handle(deps, event).await.unwrap();
    let failure = answer["batchItemFailures"].as_array().unwrap().first()?;
    Some(failure["itemIdentifier"].as_str().unwrap().to_owned())
}

fn settings(url: &str, tables: &Tables) -> BTreeMap<String, String> {
    let settings = [
        (name::AWS_REGION, "eu-west-1"),
        (name::AWS_ACCESS_KEY_ID, &access_key(tables)),
        (name::AWS_SECRET_ACCESS_KEY, "local"),
        (name::SEARCH_TABLE, &tables.search),
        ("AWS_ENDPOINT_URL_DYNAMODB", url),
    ];
    settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn claim(trip: &str) -> Claim {
    Claim {
        trip_id: TripId::parse(trip).unwrap(),
        customer_id: CustomerId::parse("alice").unwrap(),
        saga_id: SagaId::parse("saga-1").unwrap(),
    }
}

/// The trip's version that a record is about; none where it is about another item.
pub(super) fn version(record: &Value) -> Option<u64> {
    let change = &record["dynamodb"];
    let is_root = change["Keys"]["SK"]["S"] == store::keys::METADATA;
    is_root.then(|| change["NewImage"]["version"]["N"].as_str().unwrap().parse().unwrap())
}

/// The sequence number of the first record about a trip's version.
pub(super) fn number_of(records: &[Value], wanted: u64) -> String {
    let record = records.iter().find(|record| version(record) == Some(wanted)).unwrap();
    record["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned()
}
