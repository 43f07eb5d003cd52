//! The trips that take part in a replay, and what must come of them.

use std::collections::{BTreeMap, BTreeSet};

use bed::trip_of;
use domain::TripId;
use rand::rngs::StdRng;
use rand::seq::IteratorRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use store::outbox::OutboxKey;

use super::lane::Consumer;
use super::story::{Raw, Story};

/// Fewest trips of a seed.
const FEWEST: usize = 2;

/// Some of the story's trips.
pub(super) struct Cast {
    story: &'static Story,
    trips: BTreeSet<&'static TripId>,
    /// Whether the mappings have no filter, so that a consumer sees every record of the stream.
    pub(super) is_unfiltered: bool,
}

impl Cast {
    /// All of them.
    pub(super) fn all(story: &'static Story) -> Self {
        Self { story, trips: story.rows.keys().collect(), is_unfiltered: false }
    }

    /// Those of a seed: few more often than many, which makes for runs that can be read.
    pub(super) fn of(seed: u64, story: &'static Story) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let [one, other] = [(); 2].map(|()| random.random_range(FEWEST..=story.rows.len()));
        let trips = story.rows.keys().choose_multiple(&mut random, one.min(other));
        let is_unfiltered = random.random_bool(0.2);
        Self { story, trips: trips.into_iter().collect(), is_unfiltered }
    }

    /// Their records, as a consumer's mapping lets them through.
    pub(super) fn records(&self, to: Consumer) -> impl Iterator<Item = &'static Value> {
        let records = match to {
            _ if self.is_unfiltered => &self.story.capture.records,
            Consumer::Projector => &self.story.trips,
            Consumer::Dispatcher => &self.story.commits,
        };
        records.iter().filter(|record| self.trips.contains(&trip_of(record)))
    }

    /// The items of the view that they fold to.
    pub(super) fn rows(&self) -> BTreeMap<TripId, Raw> {
        let rows = self.story.rows.iter().filter(|(trip, _)| self.trips.contains(trip));
        rows.map(|(trip, row)| (trip.clone(), row.clone())).collect()
    }

    /// The envelopes of their events, by id.
    pub(super) fn events(&self) -> BTreeMap<&'static str, &'static Value> {
        let theirs =
            |event: &Value| self.trips.iter().any(|trip| event["subject"] == trip.as_str());
        let events = self.story.events.iter().filter(|(_, event)| theirs(event));
        events.map(|(id, event)| (id.as_str(), event)).collect()
    }

    /// Their events in the outbox, as they were committed.
    pub(super) fn outbox(&self) -> impl Iterator<Item = &'static (OutboxKey, Raw)> {
        self.story.outbox.iter().filter(|(key, _)| self.trips.contains(&key.trip_id))
    }

    /// The whole story.
    pub(super) fn story(&self) -> &'static Story {
        self.story
    }
}
