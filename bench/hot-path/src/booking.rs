//! The saga's steps of a booking, on tables within the process or on a DynamoDB.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::ensure;
use async_trait::async_trait;
use domain::Clock;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::{Config, name};
use saga::{Deps, Operation, handle};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use store::schema::{Tables, create_all};

use crate::canned::SETTINGS;
use crate::contender::{Contender, invocation};
use crate::kept::Kept;

/// The steps in the order of the state machine.
const STEPS: [Operation; 3] =
    [Operation::FlightReserve, Operation::HotelReserve, Operation::PaymentProcess];

/// How the trips' ids in the payloads begin.
const BEGINNING: &str = "00000000-";

/// The payloads of the tasks.
#[derive(Deserialize)]
struct Bookings<'a> {
    #[serde(rename = "Records", borrow)]
    payloads: Vec<&'a RawValue>,
}

/// The three functions, and the tables that they write.
pub(crate) struct Saga {
    deps: Deps,
    tables: Kept,
}

impl Saga {
    pub(crate) async fn new(clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let tables = Kept::default();
        Ok(Self { deps: Deps::from_config(&tables.config()).await?.with_clock(clock), tables })
    }
}

#[async_trait]
impl Contender for Saga {
    async fn process(&self, batch: Box<RawValue>) -> anyhow::Result<()> {
        // A trip that is booked already would be answered without a write.
        self.tables.clear();
        book(&self.deps, &batch).await
    }
}

/// The three functions, and the tables of a DynamoDB that they call over the network.
pub(crate) struct SagaOnDynamoDb {
    deps: Deps,
    /// Each batch books other trips.
    batches: AtomicU32,
}

impl SagaOnDynamoDb {
    /// On new tables of the database that the environment names, as for a function.
    pub(crate) async fn new(clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        const ENDPOINT: &str = "AWS_ENDPOINT_URL_DYNAMODB";
        let environment = Config::from_env();
        let tables = Tables::default();
        let of_its_own = [
            (name::SANDBOX_TABLE, tables.sandbox.as_str()),
            (ENDPOINT, environment.require(ENDPOINT)?),
        ];
        let config = Config::from_map(SETTINGS.into_iter().chain(of_its_own));
        let client = store::client(&sdk_config(&config, "dynamodb").await);
        create_all(&client, &tables).await?;
        let deps = Deps::from_config(&config).await?.with_clock(clock);
        Ok(Self { deps, batches: AtomicU32::default() })
    }
}

#[async_trait]
impl Contender for SagaOnDynamoDb {
    async fn process(&self, batch: Box<RawValue>) -> anyhow::Result<()> {
        let beginning = format!("{:08x}-", self.batches.fetch_add(1, Ordering::Relaxed));
        let batch = batch.get().replace(BEGINNING, &beginning);
        book(&self.deps, &RawValue::from_string(batch)?).await
    }
}

/// Books the trips of a batch, one after the other. Each step reads its payload anew, as a function
/// does that Lambda invokes.
async fn book(deps: &Deps, batch: &RawValue) -> anyhow::Result<()> {
    let bookings: Bookings<'_> = serde_json::from_str(batch.get())?;
    for payload in bookings.payloads {
        let mut status = Value::Null;
        for step in STEPS {
            let event = invocation(serde_json::from_str(payload.get())?);
            status = handle(deps, step, event).await?["trip_status"].take();
        }
        ensure!(status == "CONFIRMED", "the trip is {status}");
    }
    Ok(())
}
