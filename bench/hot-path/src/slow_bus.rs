//! A large batch, and a bus that takes its time.

use std::time::Duration;

use anyhow::{Context, ensure};
use serde::Serialize;
use tokio::time::Instant;

use crate::canned::{Canned, PUT_EVENTS, PUT_IN_ORDER};
use crate::contenders;

const BATCH: usize = 1_000;
/// How long the bus takes for a call.
const DELAY: Duration = Duration::from_millis(20);

/// How such a batch went.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Went {
    /// How long it took.
    pub seconds: f64,
    /// How many calls it made to the bus.
    pub calls: usize,
    /// How often it waited for the bus.
    pub rounds: usize,
    /// How often a call had a trip of another that was in flight.
    pub overlaps: usize,
}

/// Dispatches one batch of 1,000 events and marks them, to the classic bus or an ordered one: once
/// for the time, and once to count, which costs time and is done without a clock.
///
/// # Errors
/// When the dispatcher fails.
pub async fn measure(in_order: bool) -> anyhow::Result<Went> {
    let bus = |aws: Canned| if in_order { aws.in_order() } else { aws };
    let seconds = dispatch(&bus(Canned::default()).with_delay(DELAY)).await?;
    let aws = bus(Canned::counting());
    dispatch(&aws).await?;
    let seen = aws.seen();
    let calls = [PUT_EVENTS, PUT_IN_ORDER].iter().filter_map(|name| seen.calls.get(*name)).sum();
    ensure!(seen.events == BATCH, "{} events reached the bus", seen.events);
    Ok(Went { seconds, calls, rounds: seen.rounds, overlaps: seen.overlaps })
}

/// How many seconds it takes.
async fn dispatch(aws: &Canned) -> anyhow::Result<f64> {
    let (dispatcher, records) = contenders::named("dispatcher-with-marks", aws).await?;
    let batch = records.batches(BATCH)?.pop().context("there are no records")?;
    let start = Instant::now();
    dispatcher.process(batch).await?;
    Ok(start.elapsed().as_secs_f64())
}
