//! Undoes the flight reservation: the last compensation, which ends the trip.

use super::draft::Draft;
use super::forms::undo;
use super::{Reason, Released, guards};
use crate::event::Fact;
use crate::member::{FlightReservation, ReservationStatus as Status};
use crate::{Change, Command, ErrorCode, Failure, Outcome, Plan, Timestamp, Trip, TripStatus};

undo! {
    /// Makes sure that no seat is held, now or later, and closes the trip.
    CancelFlight
}

impl Command for CancelFlight {
    type Answer = Released;

    fn plan(&self, trip: Option<&Trip>, now: Timestamp) -> Result<Plan, Failure> {
        match guards::plan_undo(self, &self.reason, trip, now, |_| false)? {
            Plan::Proceed => nothing_else_held(trip).map(|()| Plan::Proceed),
            other => Ok(other),
        }
    }

    fn apply(&self, trip: Option<&Trip>, _answer: &Released, now: Timestamp) -> Change {
        let mut draft = guards::begin_undo(trip, self, &self.reason, now);
        record(&mut draft);
        end(&mut draft, &self.reason);
        draft.finish()
    }

    fn outcome(&self, trip: &Trip) -> Result<Outcome, Failure> {
        let status = trip.state().flight.as_ref().map(|flight| flight.status.as_str());
        Ok(guards::outcome(trip, FlightReservation::id_in(&trip.state().id), status))
    }
}

/// A trip ends only when nothing else is held for it.
fn nothing_else_held(trip: Option<&Trip>) -> Result<(), Failure> {
    if trip.is_some_and(|trip| trip.holds_payment() || trip.holds_hotel()) {
        return Err(Failure::new(
            ErrorCode::CompensationIncomplete,
            "the payment or the hotel is not undone yet",
        ));
    }
    Ok(())
}

fn record(draft: &mut Draft) {
    let reserved = draft.state.flight.take();
    let reference = reserved.as_ref().and_then(|flight| flight.reference.clone());
    let flight = FlightReservation::new(&draft.state.id, Status::Cancelled, reference);
    // No event announced a reservation that was never recorded, so none announces its release.
    if reserved.is_some() {
        draft.emit(Fact::FlightCancelled { flight_id: flight.id.clone() });
    }
    draft.state.flight = Some(flight);
}

fn end(draft: &mut Draft, reason: &Reason) {
    if matches!(reason, Reason::Cancellation) {
        draft.set_status(TripStatus::Cancelled);
        let amount = draft.state.details().map(crate::TripDetails::total);
        draft.emit(Fact::TripCancelled { amount });
        return;
    }
    draft.set_status(TripStatus::Failed);
    if let Some(failure) = draft.state.failure.clone() {
        draft.emit(Fact::TripFailed(guards::refused(&failure)));
    }
}
