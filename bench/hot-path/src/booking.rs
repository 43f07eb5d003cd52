//! The saga's steps of a booking, on tables within the process.

use std::sync::Arc;

use anyhow::ensure;
use async_trait::async_trait;
use domain::Clock;
use saga::{Deps, Operation, handle};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::contender::{Contender, invocation};
use crate::kept::Kept;

/// The steps in the order of the state machine.
const STEPS: [Operation; 3] =
    [Operation::FlightReserve, Operation::HotelReserve, Operation::PaymentProcess];

/// The three functions, and the tables that they write.
pub(crate) struct Saga {
    deps: Deps,
    tables: Kept,
}

/// The payloads of the tasks.
#[derive(Deserialize)]
struct Bookings<'a> {
    #[serde(rename = "Records", borrow)]
    payloads: Vec<&'a RawValue>,
}

impl Saga {
    pub(crate) async fn new(clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let tables = Kept::default();
        Ok(Self { deps: Deps::from_config(&tables.config()).await?.with_clock(clock), tables })
    }

    /// Each step reads its payload anew, as a function does that Lambda invokes.
    async fn book(&self, payload: &RawValue) -> anyhow::Result<()> {
        let mut status = serde_json::Value::Null;
        for step in STEPS {
            let event = invocation(serde_json::from_str(payload.get())?);
            status = handle(&self.deps, step, event).await?["trip_status"].take();
        }
        ensure!(status == "CONFIRMED", "the trip is {status}");
        Ok(())
    }
}

#[async_trait]
impl Contender for Saga {
    async fn process(&self, batch: Box<RawValue>) -> anyhow::Result<()> {
        // A trip that is booked already would be answered without a write.
        self.tables.clear();
        let bookings: Bookings<'_> = serde_json::from_str(batch.get())?;
        for payload in bookings.payloads {
            self.book(payload).await?;
        }
        Ok(())
    }
}
