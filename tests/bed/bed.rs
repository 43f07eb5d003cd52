//! Tables of one's own, the functions on them, and everything around them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodbstreams::Client as StreamsClient;
use dispatcher::Table;
use domain::command::ReserveFlight;
use domain::{Change, Clock, Command, Plan, Trip, TripId};
use futures::TryStreamExt;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::{Config, name};
use lambda_kit::error::FunctionError;
use lambda_kit::stream::raw;
use lambda_runtime::LambdaEvent;
use local::account::REGION;
use local::{Options, Pace, System};
use saga::Operation;
use serde_json::Value;
use store::outbox::{Marks, Outbox};
use store::sandbox::Ledger;
use store::schema::create_all;
use store::view::{SearchRow, SearchView};
use store::{Client, Tables, TripStore};
use testing::{book, claim};

use crate::functions::{batch, invocation};
use crate::{
    Booking, Bus, Capture, FaultProxy, ManualClock, Reply, Request, access_key, dynamodb_local,
    eventually, unique_name,
};

/// What cursors are signed with: the same in every bed, and worth nothing anywhere else.
pub const CURSOR_KEYS: &str = "bed:YSBzZWNyZXQgb2YgdGVzdCBiZWRzLCAzMiBieXRlcy4=";

/// One isolated installation. Fields and methods that name a part give that part; what they read
/// goes past the proxies.
pub struct Bed {
    /// The tables' names.
    pub tables: Tables,
    /// Before DynamoDB Local: the functions' way to their tables.
    pub database: FaultProxy,
    /// Before the bus: the dispatcher's way to it.
    pub events: FaultProxy,
    /// The bus itself.
    pub bus: Bus,
    /// What the functions tell the time by.
    pub clock: Arc<ManualClock>,
    /// A client of the tables that no fault strikes.
    pub client: Client,
    table: Table,
    streams: StreamsClient,
}

impl Bed {
    /// Fresh tables in DynamoDB Local, everything healthy.
    pub async fn new() -> Self {
        Self::on(dynamodb_local().await.url()).await
    }

    /// The same in the database at `upstream`.
    pub async fn on(upstream: &str) -> Self {
        let clock = Arc::<ManualClock>::default();
        let tables = Tables::prefixed(&unique_name("b"));
        let settings = settings(&tables, upstream, "");
        let past_the_proxy = sdk_config(&settings, "dynamodb").await;
        let client = store::client(&past_the_proxy);
        create_all(&client, &tables).await.unwrap();
        let bus = Bus::start(clock.clone()).await;
        Self {
            database: FaultProxy::before(upstream).await,
            events: FaultProxy::before(bus.url()).await,
            streams: StreamsClient::new(&past_the_proxy),
            table: Table::from_config(&settings).await.unwrap(),
            tables,
            bus,
            clock,
            client,
        }
    }

    /// The functions' settings: what Lambda would give them as environment variables.
    #[must_use]
    pub fn config(&self) -> Config {
        settings(&self.tables, self.database.url(), self.events.url())
    }

    /// The same with other values of these settings.
    #[must_use]
    pub fn config_with(&self, changes: &[(&str, &str)]) -> Config {
        Config::from_map(self.settings_with(changes))
    }

    /// The same as a map.
    #[must_use]
    pub fn settings(&self) -> BTreeMap<String, String> {
        variables(&self.tables, self.database.url(), self.events.url())
    }

    /// The same with other values of these settings.
    #[must_use]
    pub fn settings_with(&self, changes: &[(&str, &str)]) -> BTreeMap<String, String> {
        let mut settings = self.settings();
        let changes = changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        settings.extend(changes);
        settings
    }

    /// The saga functions, by the bed's clock.
    pub async fn saga(&self) -> saga::Deps {
        self.saga_with(&[]).await
    }

    /// The same with other values of these settings.
    pub async fn saga_with(&self, changes: &[(&str, &str)]) -> saga::Deps {
        let deps = saga::Deps::from_config(&self.config_with(changes)).await.unwrap();
        deps.with_clock(self.clock.clone())
    }

    /// The dispatcher and the sweeper, by the bed's clock.
    pub async fn dispatcher(&self) -> dispatcher::Deps {
        self.dispatcher_with(&[]).await
    }

    /// The same with other values of these settings.
    pub async fn dispatcher_with(&self, changes: &[(&str, &str)]) -> dispatcher::Deps {
        let deps = dispatcher::Deps::from_config(&self.config_with(changes)).await.unwrap();
        deps.with_clock(self.clock.clone())
    }

    /// The projector, by the bed's clock.
    pub async fn projector(&self) -> projector::Deps {
        projector::Deps::from_config(&self.config()).await.unwrap().with_clock(self.clock.clone())
    }

    /// The read side, by the bed's clock.
    pub async fn query_api(&self) -> query_api::Deps {
        query_api::Deps::from_config(&self.config()).await.unwrap().with_clock(self.clock.clone())
    }

    /// Writes a trip of alice's as the first step of saga `saga-1` does before it calls anybody.
    /// Past the proxy, so that a test counts what comes after it.
    pub async fn open(&self, trip: &str) {
        let claim = claim(trip, "alice", "saga-1");
        let command = ReserveFlight { claim, details: Booking::new(trip).details() };
        let Ok(Plan::First(change)) = command.plan(None, self.clock.now()) else {
            panic!("the first step writes first")
        };
        self.commit(&change).await;
    }

    /// Books a trip of alice's to its end under saga `saga-1`, by three commits past the proxy.
    pub async fn book(&self, trip: &str) -> TripId {
        let (claim, details) = (claim(trip, "alice", "saga-1"), Booking::new(trip).details());
        let trip_id = claim.trip_id.clone();
        for change in book(claim, details, [self.clock.now(); 3]) {
            self.commit(&change).await;
        }
        trip_id
    }

    /// Commits a change past the proxy.
    pub async fn commit(&self, change: &Change) {
        self.trips().commit(change).await.unwrap();
    }

    /// An invocation that Lambda ends so long after now, by the bed's clock.
    #[must_use]
    pub fn ending_after(&self, time: Duration, payload: Value) -> LambdaEvent<Value> {
        let now = u64::try_from(self.clock.now().as_millis()).unwrap();
        let mut event = invocation(payload);
        event.context.deadline = now + u64::try_from(time.as_millis()).unwrap();
        event
    }

    /// Runs one operation of the saga: a task's payload in, its answer out. See
    /// [`crate::Booking::task`].
    ///
    /// # Errors
    /// As the function reports it.
    pub async fn step(&self, operation: Operation, payload: Value) -> Result<Value, FunctionError> {
        saga::handle(&self.saga().await, operation, invocation(payload)).await
    }

    /// Hands records to the dispatcher: the answer that its mapping reads.
    ///
    /// # Errors
    /// As the function reports it.
    pub async fn dispatch(&self, records: &[Value]) -> Result<Value, FunctionError> {
        dispatcher::handle(&self.dispatcher().await, raw(invocation(batch(records)))).await
    }

    /// Runs the sweeper once.
    ///
    /// # Errors
    /// As the function reports it.
    pub async fn sweep(&self) -> Result<Value, FunctionError> {
        dispatcher::sweeper::handle(&self.dispatcher().await, invocation(Value::Null)).await
    }

    /// Hands records to the projector: the answer that its mapping reads.
    ///
    /// # Errors
    /// As the function reports it.
    pub async fn project(&self, records: &[Value]) -> Result<Value, FunctionError> {
        projector::handle(&self.projector().await, raw(invocation(batch(records)))).await
    }

    /// Sends an API Gateway proxy event to the read side: the answer that API Gateway reads.
    ///
    /// # Errors
    /// As the function reports it.
    pub async fn query(&self, event: Value) -> Result<Value, FunctionError> {
        query_api::handle(&self.query_api().await, invocation(event)).await
    }

    /// Sends a request to the function that API Gateway would send it to.
    pub async fn ask(&self, request: &Request) -> Reply {
        let answer = match request.is_cancellation() {
            true => self.step(Operation::TripCancel, request.event()).await,
            false => self.query(request.event()).await,
        };
        Reply::of(&answer.unwrap())
    }

    /// The pages of a search, its cursors followed to the end.
    pub async fn pages(&self, search: &Request) -> Vec<Vec<String>> {
        let (mut pages, mut page) = (Vec::new(), self.ask(search).await);
        loop {
            pages.push(page.trips());
            let Some(cursor) = page.next_cursor() else { return pages };
            page = self.ask(&search.clone().with("cursor", &cursor)).await;
        }
    }

    /// The whole system on these tables and behind the database's proxy: gateway, runner, mappings
    /// and a bus of its own. It goes by the machine's clock.
    pub async fn system(&self) -> System {
        System::start(self.options()).await.unwrap()
    }

    /// A fresh bed, and [`Bed::system`] on it.
    pub async fn with_system() -> (Self, System) {
        let bed = Self::new().await;
        let system = bed.system().await;
        (bed, system)
    }

    /// The options of [`Bed::system`], to be changed and started.
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            dynamodb_endpoint: Some(self.database.url().to_owned()),
            access_key: access_key(&self.tables),
            tables: self.tables.clone(),
            pace: Pace::FAST,
            ..Options::ephemeral()
        }
    }

    /// Removes the tables.
    pub async fn remove(self) {
        let Tables { trips, search, shadow, sandbox } = self.tables;
        for table in [trips, search, sandbox].into_iter().chain(shadow) {
            self.client.delete_table().table_name(table).send().await.unwrap();
        }
    }

    /// The write model.
    #[must_use]
    pub fn trips(&self) -> TripStore {
        TripStore::new(self.client.clone(), &self.tables.trips)
    }

    /// The outbox.
    #[must_use]
    pub fn outbox(&self) -> Outbox {
        Outbox::new(self.client.clone(), &self.tables.trips)
    }

    /// What marks its events.
    #[must_use]
    pub fn marks(&self) -> Marks {
        self.table.marks.clone()
    }

    /// Both, as the dispatcher has them.
    #[must_use]
    pub fn table(&self) -> Table {
        self.table.clone()
    }

    /// The search view.
    #[must_use]
    pub fn view(&self) -> SearchView {
        SearchView::new(self.client.clone(), &self.tables.search)
    }

    /// The sandbox suppliers' books.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        Ledger::new(self.client.clone(), &self.tables.sandbox)
    }

    /// A trip as the write model holds it.
    pub async fn trip(&self, trip: &TripId) -> Option<Trip> {
        self.trips().load(trip).await.unwrap()
    }

    /// A trip's events as the outbox holds them, in order.
    pub async fn committed(&self, trip: &TripId) -> Vec<Value> {
        let timeline = self.outbox().timeline(trip).await.unwrap();
        timeline.events.into_iter().map(|event| event.envelope).collect()
    }

    /// The view as it is.
    pub async fn rows(&self) -> BTreeMap<TripId, SearchRow> {
        let rows = self.view().all_rows().map_ok(|row| (row.trip_id.clone(), row));
        rows.try_collect().await.unwrap()
    }

    /// The view as it must become: the fold of the write table.
    pub async fn fold(&self) -> BTreeMap<TripId, SearchRow> {
        let trips = self.trips().all_trips().map_ok(|row| (row.trip_id.clone(), row));
        trips.try_collect().await.unwrap()
    }

    /// The stream, once it shows at least so many records.
    pub async fn capture(&self, records: usize) -> Capture {
        eventually(&format!("{records} stream records"), async || {
            let capture = Capture::of_table(&self.streams, &self.tables.trips).await;
            (capture.records.len() >= records).then_some(capture)
        })
        .await
    }
}

fn settings(tables: &Tables, database: &str, events: &str) -> Config {
    Config::from_map(variables(tables, database, events))
}

fn variables(tables: &Tables, database: &str, events: &str) -> BTreeMap<String, String> {
    let access_key = access_key(tables);
    let shadow = tables.shadow.iter().map(|table| (name::SHADOW_SEARCH_TABLE, table.as_str()));
    let variables = [
        // DynamoDB Local keeps regions apart: the bed must look where a system on it writes.
        (name::AWS_REGION, REGION),
        (name::AWS_ACCESS_KEY_ID, &access_key),
        (name::AWS_SECRET_ACCESS_KEY, "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", database),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", events),
        (name::TRIP_TABLE, &tables.trips),
        (name::SEARCH_TABLE, &tables.search),
        (name::SANDBOX_TABLE, &tables.sandbox),
        (name::SUPPLIER_TIMEOUT_MS, "2000"),
        (name::SANDBOX_SLOW_MS, "50"),
        (name::CURSOR_KEYS, CURSOR_KEYS),
        (name::STAGE, "dev"),
    ];
    let variables = variables.into_iter().chain(shadow);
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
