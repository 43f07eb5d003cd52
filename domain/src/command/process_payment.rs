//! The last step of a booking, and its pivot: the commit that charges also confirms the trip.

use super::draft::Draft;
use super::forms::booking;
use super::{SupplierAnswer, guards};
use crate::event::Fact;
use crate::member::{PaymentStatus as Status, PaymentTransaction, ReservationStatus};
use crate::{
    Change, Command, ErrorCode, Failure, Money, Outcome, Plan, Timestamp, Trip, TripStatus,
};

booking! {
    /// Charges the customer of a trip whose flight and hotel are held.
    ProcessPayment
}

impl Command for ProcessPayment {
    type Answer = SupplierAnswer;

    fn plan(&self, trip: Option<&Trip>, _now: Timestamp) -> Result<Plan, Failure> {
        let trip = trip.ok_or_else(|| guards::out_of_order("flight"))?;
        guards::owner(trip, &self.claim)?;
        guards::same_request(trip, &self.details)?;
        match trip.state().payment.as_ref().map(|payment| payment.status) {
            Some(Status::Captured | Status::Declined) => self.outcome(trip).map(Plan::Done),
            // The payment took effect; only the customer's later cancellation undid it.
            Some(Status::Refunded) if guards::was_confirmed(trip) => {
                self.outcome(trip).map(Plan::Done)
            }
            None if guards::is_open(trip) => may_charge(trip),
            Some(Status::Refunded) | None => Ok(guards::closed(trip)),
        }
    }

    fn apply(&self, trip: Option<&Trip>, answer: &SupplierAnswer, now: Timestamp) -> Change {
        let mut draft = Draft::of(trip, self, now);
        match answer {
            SupplierAnswer::Accepted { reference } => {
                accept(&mut draft, self.details.total(), reference);
            }
            SupplierAnswer::Refused { detail } => refuse(&mut draft, detail),
        }
        draft.finish()
    }

    fn outcome(&self, trip: &Trip) -> Result<Outcome, Failure> {
        let status = trip.state().payment.as_ref().map(|payment| payment.status);
        if status == Some(Status::Declined) {
            return Err(guards::recorded_refusal(trip));
        }
        let id = PaymentTransaction::id_in(&trip.state().id);
        Ok(guards::outcome(trip, id, status.map(Status::as_str)))
    }
}

/// Nobody is charged for a trip that lacks its flight or its hotel.
fn may_charge(trip: &Trip) -> Result<Plan, Failure> {
    if !trip.holds_hotel() {
        return Err(guards::out_of_order("hotel"));
    }
    Ok(Plan::Proceed)
}

fn accept(draft: &mut Draft, amount: Money, reference: &str) {
    let payment =
        PaymentTransaction::new(&draft.state.id, Status::Captured, Some(reference.to_owned()));
    if let Some(flight) = &mut draft.state.flight {
        flight.status = ReservationStatus::Confirmed;
    }
    if let Some(hotel) = &mut draft.state.hotel {
        hotel.status = ReservationStatus::Confirmed;
    }
    draft.set_status(TripStatus::Confirmed);
    draft.emit(Fact::PaymentCaptured { payment_id: payment.id.clone(), amount });
    draft.emit(Fact::TripConfirmed { amount });
    draft.state.payment = Some(payment);
}

fn refuse(draft: &mut Draft, detail: &str) {
    let failure = Failure::new(ErrorCode::PaymentDeclined, detail);
    draft.state.payment = Some(PaymentTransaction::new(&draft.state.id, Status::Declined, None));
    draft.set_failure(&failure);
    draft.set_status(TripStatus::Compensating);
    draft.emit(Fact::PaymentDeclined(guards::refused(&failure)));
}
