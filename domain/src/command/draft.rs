//! A trip being changed by a command.

use super::{Change, Claim, Command};
use crate::event::{Event, Fact};
use crate::{Asked, Failure, Timestamp, Trip, TripState, TripStatus};

/// A trip being changed: collects the new state and the events of one commit.
pub(super) struct Draft {
    pub(super) state: TripState,
    before: Option<Trip>,
    events: Vec<Event>,
}

impl Draft {
    /// Begins the commit that follows `before`, at `now` or at the time of the latest commit if
    /// that is later. A trip that was never written takes its first state from `command`.
    pub(super) fn of(before: Option<&Trip>, command: &impl Command, now: Timestamp) -> Self {
        let mut state = match before {
            Some(trip) => trip.state().clone(),
            None => first(command.claim(), command.asked(), now),
        };
        state.version += 1;
        state.updated_at = now.max(state.updated_at);
        Self { state, before: before.cloned(), events: Vec::new() }
    }

    /// Sets the trip's status. The guards of the commands ensure that it may follow the present
    /// one.
    pub(super) fn set_status(&mut self, status: TripStatus) {
        let now = self.state.status;
        debug_assert!(now == status || now.may_become(status), "{now} to {status}");
        if now != status {
            self.state.status = status;
            self.state.status_changed_at = self.state.updated_at;
        }
    }

    /// Records the first failure; later failures do not explain why the booking failed.
    pub(super) fn set_failure(&mut self, failure: &Failure) {
        self.state.failure.get_or_insert_with(|| failure.clone());
    }

    pub(super) fn emit(&mut self, fact: Fact) {
        self.state.last_sequence += 1;
        let (sequence, occurred_at) = (self.state.last_sequence, self.state.updated_at);
        self.events.push(Event { sequence, occurred_at, fact });
    }

    pub(super) fn finish(self) -> Change {
        Change { before: self.before, trip: Trip::restore(self.state), events: self.events }
    }
}

/// The first state of a trip that was never written.
fn first(claim: &Claim, asked: Asked, now: Timestamp) -> TripState {
    TripState {
        id: claim.trip_id.clone(),
        customer_id: claim.customer_id.clone(),
        saga_id: claim.saga_id.clone(),
        status: TripStatus::Pending,
        version: 0,
        last_sequence: 0,
        asked,
        flight: None,
        hotel: None,
        payment: None,
        failure: None,
        created_at: now,
        updated_at: now,
        status_changed_at: now,
    }
}
