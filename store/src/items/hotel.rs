//! The item of a hotel booking. It repeats the stay's details for people who read the table.

use domain::details::HotelName;
use domain::member::{HotelBooking, ReservationStatus};
use domain::{Money, TripId, TripState};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use super::{Entity, decode, encode};
use crate::{CodecError, keys};

/// The body of the item.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HotelItem {
    trip_id: TripId,
    hotel_id: String,
    status: ReservationStatus,
    reference: Option<String>,
    hotel_name: Option<HotelName>,
    check_in_date: Option<Date>,
    check_out_date: Option<Date>,
    price: Option<Money>,
}

impl HotelItem {
    pub(crate) fn encode(trip: &TripState, hotel: &HotelBooking) -> Result<Item, CodecError> {
        let details = trip.details().map(|details| details.hotel());
        let body = Self {
            trip_id: trip.id.clone(),
            hotel_id: hotel.id.clone(),
            status: hotel.status,
            reference: hotel.reference.clone(),
            hotel_name: details.map(|stay| stay.name.clone()),
            check_in_date: details.map(|stay| stay.check_in),
            check_out_date: details.map(|stay| stay.check_out),
            price: details.map(|stay| stay.price),
        };
        let key = [(keys::PK, keys::trip(&trip.id)), (keys::SK, keys::hotel(&trip.id))];
        encode(Entity::HOTEL, key, &body)
    }

    pub(crate) fn decode(item: Item) -> Result<HotelBooking, CodecError> {
        let Self { hotel_id: id, status, reference, .. } = decode(Entity::HOTEL, item)?;
        Ok(HotelBooking { id, status, reference })
    }
}
