//! Undoes the hotel booking.

use super::draft::Draft;
use super::forms::undo;
use super::{Released, guards};
use crate::event::Fact;
use crate::member::{HotelBooking, ReservationStatus as Status};
use crate::{Change, Command, Failure, Outcome, Plan, Timestamp, Trip};

undo! {
    /// Makes sure that no room is held, now or later.
    CancelHotel
}

impl Command for CancelHotel {
    type Answer = Released;

    fn plan(&self, trip: Option<&Trip>, now: Timestamp) -> Result<Plan, Failure> {
        guards::plan_undo(self, &self.reason, trip, now, is_settled)
    }

    fn apply(&self, trip: Option<&Trip>, _answer: &Released, now: Timestamp) -> Change {
        let mut draft = guards::begin_undo(trip, self, &self.reason, now);
        record(&mut draft);
        draft.finish()
    }

    fn outcome(&self, trip: &Trip) -> Result<Outcome, Failure> {
        let status = trip.state().hotel.as_ref().map(|hotel| hotel.status.as_str());
        Ok(guards::outcome(trip, HotelBooking::id_in(&trip.state().id), status))
    }
}

/// Whether the booking was already refused or undone.
fn is_settled(trip: &Trip) -> bool {
    trip.state().hotel.as_ref().is_some_and(|hotel| !hotel.status.holds())
}

fn record(draft: &mut Draft) {
    let booked = draft.state.hotel.take();
    let reference = booked.as_ref().and_then(|hotel| hotel.reference.clone());
    let hotel = HotelBooking::new(&draft.state.id, Status::Cancelled, reference);
    // No event announced a booking that was never recorded, so none announces its release.
    if booked.is_some() {
        draft.emit(Fact::HotelCancelled { hotel_id: hotel.id.clone() });
    }
    draft.state.hotel = Some(hotel);
}
