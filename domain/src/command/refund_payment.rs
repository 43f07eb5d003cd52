//! Undoes the payment: voids what may still be captured, refunds what was captured.

use super::draft::Draft;
use super::forms::undo;
use super::{Released, guards};
use crate::event::Fact;
use crate::member::{PaymentStatus as Status, PaymentTransaction};
use crate::{Change, Command, Failure, Outcome, Plan, Timestamp, Trip};

undo! {
    /// Makes sure that the customer is not charged, now or later.
    RefundPayment
}

impl Command for RefundPayment {
    type Answer = Released;

    fn plan(&self, trip: Option<&Trip>, now: Timestamp) -> Result<Plan, Failure> {
        guards::plan_undo(self, &self.reason, trip, now, is_settled)
    }

    fn apply(&self, trip: Option<&Trip>, answer: &Released, now: Timestamp) -> Change {
        let mut draft = guards::begin_undo(trip, self, &self.reason, now);
        record(&mut draft, *answer);
        draft.finish()
    }

    fn outcome(&self, trip: &Trip) -> Result<Outcome, Failure> {
        let status = trip.state().payment.as_ref().map(|payment| payment.status.as_str());
        Ok(guards::outcome(trip, PaymentTransaction::id_in(&trip.state().id), status))
    }
}

/// Whether the payment was already declined or undone.
fn is_settled(trip: &Trip) -> bool {
    trip.state().payment.as_ref().is_some_and(|payment| !payment.status.holds())
}

fn record(draft: &mut Draft, answer: Released) {
    let captured = draft.state.payment.take();
    let (capture_recorded, reference) = match captured {
        Some(payment) => (true, payment.reference),
        None => (false, None),
    };
    let payment = PaymentTransaction::new(&draft.state.id, Status::Refunded, reference);
    // If no charge was recorded and the provider made none, there is nothing to announce.
    if capture_recorded || answer.held {
        let amount = draft.state.details().map(crate::TripDetails::total);
        let payment_id = payment.id.clone();
        draft.emit(Fact::PaymentRefunded { payment_id, amount, capture_recorded });
    }
    draft.state.payment = Some(payment);
}
