//! The contenders by name.

use std::sync::Arc;

use anyhow::bail;
use domain::Clock;

use crate::booking::{Saga, SagaOnDynamoDb};
use crate::canned::Canned;
use crate::contender::Contender;
use crate::decoding::Decoding;
use crate::dispatcher::{Dispatcher, Marks};
use crate::floor::Floor;
use crate::plain::Plain;
use crate::projector::Projector;
use crate::records::Records;

/// The names, and what is behind each.
pub const NAMES: [&str; 8] = [
    "dispatcher",
    "dispatcher-with-marks",
    "floor",
    "plain-rust",
    "projector",
    "decoding-of-metadata",
    "saga",
    "saga-on-dynamodb",
];

/// The contender of that name on `aws`, and the records that it processes.
///
/// # Errors
/// When there is none, or the records cannot be read.
pub async fn named(name: &str, aws: &Canned) -> anyhow::Result<(Arc<dyn Contender>, Records)> {
    let records = match name {
        "projector" | "decoding-of-metadata" => Records::of("metadata")?,
        "saga" | "saga-on-dynamodb" => Records::of_bookings()?,
        _ => Records::of("outbox")?,
    };
    let clock: Arc<dyn Clock> = records.clock();
    let contender: Arc<dyn Contender> = match name {
        "dispatcher" => Arc::new(Dispatcher::new(aws, clock, Marks::None).await?),
        "dispatcher-with-marks" => Arc::new(Dispatcher::new(aws, clock, Marks::All).await?),
        "floor" => Arc::new(Floor::new(aws)),
        "plain-rust" => Arc::new(Plain::new(aws).await),
        "projector" => Arc::new(Projector::new(aws, clock).await?),
        "decoding-of-metadata" => Arc::new(Decoding),
        "saga" => Arc::new(Saga::new(clock).await?),
        "saga-on-dynamodb" => Arc::new(SagaOnDynamoDb::new(clock).await?),
        _ => bail!("no contender {name:?}; there are {NAMES:?}"),
    };
    Ok((contender, records))
}
