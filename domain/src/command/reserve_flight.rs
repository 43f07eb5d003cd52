//! The first step of a booking: write the trip, then hold a seat.

use super::draft::Draft;
use super::forms::booking;
use super::{SupplierAnswer, guards};
use crate::event::Fact;
use crate::member::{FlightReservation, ReservationStatus as Status};
use crate::{
    Change, Command, ErrorCode, Failure, FlightDetails, Outcome, Plan, Timestamp, Trip, TripStatus,
};

booking! {
    /// Writes the trip, pending and without an event, and holds its flight.
    ReserveFlight
}

impl Command for ReserveFlight {
    type Answer = SupplierAnswer;

    fn plan(&self, trip: Option<&Trip>, now: Timestamp) -> Result<Plan, Failure> {
        let Some(trip) = trip else {
            return Ok(Plan::First(Box::new(Draft::of(None, self, now).finish())));
        };
        guards::owner(trip, &self.claim)?;
        guards::same_request(trip, &self.details)?;
        match trip.state().flight.as_ref().map(|flight| flight.status) {
            Some(Status::Reserved | Status::Confirmed | Status::Rejected) => {
                self.outcome(trip).map(Plan::Done)
            }
            None if guards::is_open(trip) => Ok(Plan::Proceed),
            Some(Status::Cancelled) | None => Ok(guards::closed(trip)),
        }
    }

    fn apply(&self, trip: Option<&Trip>, answer: &SupplierAnswer, now: Timestamp) -> Change {
        let mut draft = Draft::of(trip, self, now);
        match answer {
            SupplierAnswer::Accepted { reference } => {
                accept(&mut draft, self.details.flight(), reference);
            }
            SupplierAnswer::Refused { detail } => {
                refuse(&mut draft, &Failure::new(ErrorCode::FlightUnavailable, detail));
            }
        }
        draft.finish()
    }

    fn outcome(&self, trip: &Trip) -> Result<Outcome, Failure> {
        flight_outcome(trip)
    }
}

fn accept(draft: &mut Draft, details: &FlightDetails, reference: &str) {
    let flight =
        FlightReservation::new(&draft.state.id, Status::Reserved, Some(reference.to_owned()));
    draft.emit(Fact::FlightReserved {
        flight_id: flight.id.clone(),
        flight_number: details.number.to_string(),
        departure_time: details.departure.to_string(),
        arrival_time: details.arrival.to_string(),
        price: details.price,
    });
    draft.state.flight = Some(flight);
}

/// Records a refused flight: nothing was held before it, so the trip has failed.
pub(super) fn refuse(draft: &mut Draft, failure: &Failure) {
    draft.state.flight = Some(FlightReservation::new(&draft.state.id, Status::Rejected, None));
    draft.set_failure(failure);
    draft.set_status(TripStatus::Failed);
    draft.emit(Fact::FlightRejected(guards::refused(failure)));
    draft.emit(Fact::TripFailed(guards::refused(failure)));
}

/// What a flight step returns; the refusal if the flight was refused.
pub(super) fn flight_outcome(trip: &Trip) -> Result<Outcome, Failure> {
    let status = trip.state().flight.as_ref().map(|flight| flight.status);
    if status == Some(Status::Rejected) {
        return Err(guards::recorded_refusal(trip));
    }
    let id = FlightReservation::id_in(&trip.state().id);
    Ok(guards::outcome(trip, id, status.map(Status::as_str)))
}
