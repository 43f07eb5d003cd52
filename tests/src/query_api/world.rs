//! A bed with trips in any state, and callers of all kinds.

use bed::{Bed, Reply, Request};
use domain::event::{Event, Fact};
use domain::{Change, Trip, TripState};
use store::view::SearchRow;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum As {
    Nobody,
    Customer(&'static str),
    Operator,
}

impl As {
    fn get(self, path: &str) -> Request {
        match self {
            Self::Nobody => Request::get(path),
            Self::Customer(id) => Request::get(path).by(id),
            Self::Operator => Request::get(path).by_operator(),
        }
    }
}

pub(super) struct World {
    pub(super) bed: Bed,
}

impl World {
    pub(super) async fn new() -> Self {
        Self { bed: Bed::new().await }
    }

    /// Commits a trip's first state, with these events.
    pub(super) async fn commit(&self, state: &TripState, facts: Vec<Fact>) {
        let events = facts.into_iter().enumerate().map(|(place, fact)| Event {
            sequence: place as u64 + 1,
            occurred_at: state.updated_at,
            fact,
        });
        let (trip, events) = (Trip::restore(state.clone()), events.collect());
        self.bed.commit(&Change { before: None, trip, events }).await;
    }

    /// Puts the trips' rows into the view, as the projector would.
    pub(super) async fn project(&self, trips: &[TripState]) {
        for trip in trips {
            self.bed.view().put_newer(&SearchRow::from_trip(trip)).await.unwrap();
        }
    }

    /// Asks with query parameters such as `limit=5&status=FAILED`.
    pub(super) async fn get(&self, caller: As, path: &str, query: &str) -> Reply {
        self.bed.ask(&caller.get(path).with_all(query)).await
    }

    /// The ids on each page of a search, its cursors followed to the end.
    pub(super) async fn pages(&self, caller: As, query: &str) -> Vec<Vec<String>> {
        self.bed.pages(&caller.get("/trips").with_all(query)).await
    }
}
