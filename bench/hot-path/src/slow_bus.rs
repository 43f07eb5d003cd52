//! A large batch, and a bus that takes its time.

use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use tokio::time::Instant;

use crate::canned::Canned;
use crate::contenders;

const BATCH: usize = 1_000;
/// How long the bus takes for a call.
const DELAY: Duration = Duration::from_millis(20);

/// How such a batch went.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Went {
    /// How long it took.
    pub seconds: f64,
    /// How often it waited for the bus.
    pub rounds: usize,
    /// How often a call had a trip of another that was in flight.
    pub overlaps: usize,
}

/// Dispatches one batch of 1,000 events and marks them: once for the time, and once to count, since
/// to count costs time.
///
/// # Errors
/// When the dispatcher fails.
pub async fn measure() -> anyhow::Result<Went> {
    let seconds = dispatch(&Canned::default().with_delay(DELAY)).await?;
    let aws = Canned::counting().with_delay(DELAY);
    dispatch(&aws).await?;
    let seen = aws.seen();
    Ok(Went { seconds, rounds: seen.rounds, overlaps: seen.overlaps })
}

/// How many seconds it takes.
async fn dispatch(aws: &Canned) -> anyhow::Result<f64> {
    let (dispatcher, records) = contenders::named("dispatcher-with-marks", aws).await?;
    let batch = records.batches(BATCH)?.pop().context("there are no records")?;
    let start = Instant::now();
    dispatcher.process(batch).await?;
    Ok(start.elapsed().as_secs_f64())
}
