//! The item of a payment, for people who read the table: it repeats the root's status and
//! reference and the amount.

use domain::member::{PaymentStatus, PaymentTransaction};
use domain::{Money, TripDetails, TripId, TripState};
use serde::Serialize;
use serde_dynamo::Item;

use super::{Entity, encode};
use crate::{CodecError, keys};

/// The body of the item.
#[derive(Debug, Serialize)]
pub(crate) struct PaymentItem {
    trip_id: TripId,
    payment_id: String,
    status: PaymentStatus,
    reference: Option<String>,
    amount: Option<Money>,
}

impl PaymentItem {
    pub(crate) fn encode(
        trip: &TripState,
        payment: &PaymentTransaction,
    ) -> Result<Item, CodecError> {
        let body = Self {
            trip_id: trip.id.clone(),
            payment_id: payment.id.clone(),
            status: payment.status,
            reference: payment.reference.clone(),
            amount: trip.details().map(TripDetails::total),
        };
        let key = [(keys::PK, keys::trip(&trip.id)), (keys::SK, keys::payment(&trip.id))];
        encode(Entity::PAYMENT, key, &body)
    }
}
