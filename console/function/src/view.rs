//! How the search view follows the table, for the console.

use async_trait::async_trait;
use console::{Following, View};
use domain::Timestamp;
use operator::consumers::Consumer;
use operator::{Installation, lag};

/// The oldest trips of each status and shard that are looked at.
const EACH: usize = 1;
/// Trips whose rows are looked at.
const TRIPS: usize = 50;

/// The rows of trips in flight, which change, and the state of the projector's mapping.
pub(crate) struct Rows {
    at: Installation,
}

impl Rows {
    pub(crate) fn new(at: Installation) -> Self {
        Self { at }
    }
}

#[async_trait]
impl View for Rows {
    async fn following(&self, now: Timestamp, in_flight: u64) -> anyhow::Result<Following> {
        let projector = self.at.consumers.mapping(Consumer::Projector).await?;
        if projector.is_paused() {
            return Ok(Following::Paused);
        }
        if projector.last_result.starts_with("PROBLEM") {
            return Ok(Following::Failing);
        }
        if in_flight == 0 {
            return Ok(Following::InStep);
        }
        let open = self.at.trips.oldest_in_flight(now, EACH).await?.found;
        let trips = open.into_iter().take(TRIPS).map(|trip| trip.trip_id).collect();
        let behind = lag::of(&self.at, trips).await?.seconds;
        Ok(behind.map_or(Following::InStep, |seconds| Following::Behind(seconds * 1_000)))
    }
}
