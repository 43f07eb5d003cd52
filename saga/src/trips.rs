//! What a step needs from the write model: loading a trip, and committing a change.

use std::future::Future;

use domain::{Change, Failure, Trip, TripId};
use lambda_kit::error::chain;
use store::{CommitError, StoreError, TripStore};

/// The trips, from the side of the steps.
pub(crate) trait Trips: Sync {
    /// The trip after its latest commit; `None` if there is none yet.
    fn load(&self, id: &TripId) -> impl Future<Output = Result<Option<Trip>, StoreError>> + Send;

    /// Writes the trip's next state and its events, all or nothing.
    fn commit(&self, change: &Change) -> impl Future<Output = Result<(), CommitError>> + Send;
}

impl Trips for TripStore {
    fn load(&self, id: &TripId) -> impl Future<Output = Result<Option<Trip>, StoreError>> + Send {
        self.load(id)
    }

    fn commit(&self, change: &Change) -> impl Future<Output = Result<(), CommitError>> + Send {
        self.commit(change)
    }
}

/// The failure of a read; logs its cause.
pub(crate) fn not_loaded(error: &StoreError) -> Failure {
    tracing::warn!(cause = %chain(error), "the trip was not loaded");
    Failure::new(error.code(), error.to_string())
}

/// The failure of a note; logs its cause.
pub(crate) fn not_noted(error: &StoreError) -> Failure {
    tracing::warn!(cause = %chain(error), "the trip was not told of its execution");
    Failure::new(error.code(), error.to_string())
}

/// The failure of a commit; logs its cause.
pub(crate) fn not_committed(error: &CommitError) -> Failure {
    tracing::warn!(cause = %chain(error), "the change was not committed");
    Failure::new(error.code(), error.to_string())
}
