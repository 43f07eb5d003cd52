//! Fresh tables, the functions as configuration builds them, and a look at what they left behind.

use bed::{access_key, dynamodb_local, unique_name};
use domain::{Clock, ErrorCode, Trip, TripId};
use lambda_kit::clients::sdk_config;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::{Config, name};
use lambda_kit::error::FunctionError;
use lambda_runtime::{Context, LambdaEvent};
use saga::{Deps, Operation};
use serde_json::{Value, json};
use store::TripStore;
use store::outbox::Outbox;
use store::sandbox::{Ledger, LedgerRow};
use store::schema::{Tables, create_all};

pub(super) const TRIP: &str = "trip-1";
pub(super) const SAGA: &str = "trip-1@2026-01-01T00:00:00.000Z";

/// Tables of their own, and the functions on them.
pub(super) struct World {
    pub(super) deps: Deps,
    trips: TripStore,
    outbox: Outbox,
    ledger: Ledger,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::configured([]).await
    }

    /// A world whose configuration has these settings on top.
    pub(super) async fn configured<const N: usize>(more: [(&str, &str); N]) -> Self {
        let (url, tables) = (dynamodb_local().await.url(), Tables::prefixed(&unique_name("s")));
        let settings = [
            (name::AWS_REGION, "eu-west-1"),
            (name::AWS_ACCESS_KEY_ID, &access_key(&tables)),
            (name::AWS_SECRET_ACCESS_KEY, "local"),
            (name::TRIP_TABLE, &tables.trips),
            (name::SANDBOX_TABLE, &tables.sandbox),
            ("AWS_ENDPOINT_URL_DYNAMODB", url),
        ];
        let config = Config::from_map(settings.into_iter().chain(more));
        let client = store::client(&sdk_config(&config, "dynamodb").await);
        create_all(&client, &tables).await.unwrap();
        Self {
            deps: Deps::from_config(&config).await.unwrap(),
            trips: TripStore::new(client.clone(), &tables.trips),
            outbox: Outbox::new(client.clone(), &tables.trips),
            ledger: Ledger::new(client, &tables.sandbox),
        }
    }

    /// Sends the payload of a task.
    pub(super) async fn send(
        &self,
        operation: Operation,
        payload: Value,
    ) -> Result<Value, FunctionError> {
        let event = LambdaEvent::new(payload, Context::default());
        saga::handle(&self.deps, operation, event).await
    }

    /// Sends the payload of a task to a function that will be stopped after so many milliseconds.
    pub(super) async fn send_within(
        &self,
        millis: i64,
        operation: Operation,
        payload: Value,
    ) -> Result<Value, FunctionError> {
        let mut context = Context::default();
        context.deadline = (SystemClock.now().as_millis() + millis).try_into().unwrap();
        saga::handle(&self.deps, operation, LambdaEvent::new(payload, context)).await
    }

    /// Runs a step of the trip's own saga, whose state holds the request and `added`.
    pub(super) async fn run(
        &self,
        operation: Operation,
        added: Value,
    ) -> Result<Value, FunctionError> {
        self.send(operation, task(added)).await
    }

    /// Runs steps with nothing added, of which none may fail.
    pub(super) async fn run_all(&self, operations: &[Operation]) {
        for operation in operations {
            self.run(*operation, json!({})).await.unwrap();
        }
    }

    pub(super) async fn trip(&self) -> Option<Trip> {
        self.trips.load(&TripId::parse(TRIP).unwrap()).await.unwrap()
    }

    /// The statuses of trip, flight, hotel and payment; `-` for what was never begun.
    pub(super) async fn statuses(&self) -> [&'static str; 4] {
        let Some(trip) = self.trip().await else { return ["-"; 4] };
        [
            trip.state().status.as_str(),
            trip.state().flight.as_ref().map_or("-", |flight| flight.status.as_str()),
            trip.state().hotel.as_ref().map_or("-", |hotel| hotel.status.as_str()),
            trip.state().payment.as_ref().map_or("-", |payment| payment.status.as_str()),
        ]
    }

    /// The types of the trip's events, in order, without their version.
    pub(super) async fn events(&self) -> Vec<String> {
        let timeline = self.outbox.timeline(&TripId::parse(TRIP).unwrap()).await.unwrap();
        let events = timeline.events;
        let types = events.iter().map(|event| event.envelope["type"].as_str().unwrap());
        types.map(|name| name.trim_end_matches(".v1").to_owned()).collect()
    }

    /// The supplier's books on a member of the trip.
    pub(super) async fn books(&self, member: &str) -> LedgerRow {
        self.ledger.get(&format!("{member}/{TRIP}/{SAGA}")).await.unwrap().unwrap()
    }

    /// Whether any supplier was ever called.
    pub(super) async fn suppliers_were_called(&self) -> bool {
        !self.ledger.all().await.unwrap().is_empty()
    }
}

/// The payload of a task of the trip's own saga.
pub(super) fn task(added: Value) -> Value {
    let mut input = json!({
        "trip_id": TRIP,
        "customer_id": "alice",
        "flight_details": {
            "flight_number": "NH001",
            "departure_time": "2026-03-01T10:00:00",
            "arrival_time": "2026-03-01T14:00:00",
            "price_amount": 50000,
            "price_currency": "JPY",
        },
        "hotel_details": {
            "hotel_name": "Grand Hotel Tokyo",
            "check_in_date": "2026-03-01",
            "check_out_date": "2026-03-03",
            "price_amount": 30000,
            "price_currency": "JPY",
        },
        "amount": 80000,
        "currency": "JPY",
    });
    let Value::Object(added) = added else { panic!("an object of fields") };
    input.as_object_mut().unwrap().extend(added);
    json!({"input": input, "saga_id": SAGA})
}

/// The payload of a task of the compensation chain.
pub(super) fn compensation_task(reason: &str) -> Value {
    let input = json!({"trip_id": TRIP, "customer_id": "alice", "saga_id": SAGA, "reason": reason});
    json!({"input": input, "saga_id": SAGA})
}

/// What a booking's compensation is handed when a step ended with `error`.
pub(super) fn caught(error: &str) -> Value {
    let cause = json!({"errorType": error, "errorMessage": "in words"}).to_string();
    json!({"error_info": {"Error": error, "Cause": cause}, "results": {}})
}

#[track_caller]
pub(super) fn code(answer: Result<Value, FunctionError>) -> ErrorCode {
    answer.expect_err("a failure").code
}
