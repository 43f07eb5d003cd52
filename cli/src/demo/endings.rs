//! Learns from the event bus when trips are booked or have failed, as any subscriber would.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, bail};
use domain::TripId;
use domain::event::Fact;
use futures::TryStreamExt;
use local::System;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::timeout;

use super::collect::read_archived;
use crate::client::{Archive, Lines};

/// How long to listen for one trip. The checks report a trip that has not ended by then.
const PATIENCE: Duration = Duration::from_secs(60);

/// The trips whose end was received.
type Ended = BTreeSet<TripId>;

/// A subscription to the ends of bookings.
pub(super) struct Endings {
    lines: Lines,
    ended: watch::Sender<Ended>,
}

/// Waits for the end of single bookings.
#[derive(Clone)]
pub(super) struct Listener(watch::Receiver<Ended>);

impl Endings {
    /// Subscribes, from the bus's first event on.
    pub(super) async fn of(system: &System) -> anyhow::Result<(Self, Listener)> {
        let pattern = json!({"detail-type": [Fact::TRIP_CONFIRMED, Fact::TRIP_FAILED]});
        let parameters = [("follow", true.to_string()), ("pattern", pattern.to_string())];
        let archive = Archive::new(&system.urls().aws.parse()?)?;
        let lines = archive.events(&parameters).await.context("cannot follow the event bus")?;
        let (ended, listener) = watch::channel(Ended::new());
        Ok((Self { lines, ended }, Listener(listener)))
    }

    /// Records the events, for as long as the bus can be read.
    pub(super) async fn follow<T>(mut self) -> anyhow::Result<T> {
        while let Some(line) = self.lines.try_next().await? {
            let trip = read_archived(&line)?.event.subject;
            self.ended.send_if_modified(|ended| ended.insert(trip));
        }
        bail!("the event bus fell silent")
    }
}

impl Listener {
    /// Waits until the booking of `trip` has ended, up to the time limit.
    pub(super) async fn hear(mut self, trip: &TripId) {
        // The caller continues in either case: the checks read from the tables whether the trip has
        // ended.
        let heard = self.0.wait_for(|ended| ended.contains(trip));
        drop(timeout(PATIENCE, heard).await);
    }
}
