//! The item of a payment. It repeats the amount for people who read the table.

use domain::member::{PaymentStatus, PaymentTransaction};
use domain::{Money, TripDetails, TripId, TripState};
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use super::{Entity, decode, encode};
use crate::{CodecError, keys};

/// The body of the item.
#[derive(Debug, Serialize, Deserialize)]
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

    pub(crate) fn decode(item: Item) -> Result<PaymentTransaction, CodecError> {
        let Self { payment_id: id, status, reference, .. } = decode(Entity::PAYMENT, item)?;
        Ok(PaymentTransaction { id, status, reference })
    }
}
