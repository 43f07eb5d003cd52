//! The second step of a booking: hold a room.

use super::draft::Draft;
use super::forms::booking;
use super::{SupplierAnswer, guards};
use crate::event::Fact;
use crate::member::{HotelBooking, ReservationStatus as Status};
use crate::{
    Change, Command, ErrorCode, Failure, HotelDetails, Outcome, Plan, Timestamp, Trip, TripStatus,
};

booking! {
    /// Holds the hotel for a trip whose flight is held.
    ReserveHotel
}

impl Command for ReserveHotel {
    type Answer = SupplierAnswer;

    fn plan(&self, trip: Option<&Trip>, _now: Timestamp) -> Result<Plan, Failure> {
        let trip = trip.ok_or_else(|| guards::out_of_order("flight"))?;
        guards::owner(trip, &self.claim)?;
        guards::same_request(trip, &self.details)?;
        match trip.state().hotel.as_ref().map(|hotel| hotel.status) {
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
                accept(&mut draft, self.details.hotel(), reference);
            }
            SupplierAnswer::Refused { detail } => refuse(&mut draft, detail),
        }
        draft.finish()
    }

    fn outcome(&self, trip: &Trip) -> Result<Outcome, Failure> {
        let status = trip.state().hotel.as_ref().map(|hotel| hotel.status);
        if status == Some(Status::Rejected) {
            return Err(guards::recorded_refusal(trip));
        }
        let id = HotelBooking::id_in(&trip.state().id);
        Ok(guards::outcome(trip, id, status.map(Status::as_str)))
    }
}

fn accept(draft: &mut Draft, details: &HotelDetails, reference: &str) {
    let hotel = HotelBooking::new(&draft.state.id, Status::Reserved, Some(reference.to_owned()));
    draft.emit(Fact::HotelReserved {
        hotel_id: hotel.id.clone(),
        hotel_name: details.name.to_string(),
        check_in_date: details.check_in.to_string(),
        check_out_date: details.check_out.to_string(),
        price: details.price,
    });
    draft.state.hotel = Some(hotel);
}

fn refuse(draft: &mut Draft, detail: &str) {
    let failure = Failure::new(ErrorCode::HotelUnavailable, detail);
    draft.state.hotel = Some(HotelBooking::new(&draft.state.id, Status::Rejected, None));
    draft.set_failure(&failure);
    draft.set_status(TripStatus::Compensating);
    draft.emit(Fact::HotelRejected(guards::refused(&failure)));
}
