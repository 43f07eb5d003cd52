//! The row in the image of a trip's root item, as a stream record holds it.

use std::fmt::Display;
use std::str::FromStr;

use domain::details::{FlightNumber, HotelName};
use domain::member::{PaymentStatus, ReservationStatus};
use domain::money::{parse_amount, parse_currency};
use domain::{CustomerId, ErrorCode, Money, TicketTime, Timestamp, TripId, TripStatus};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny};

use super::SearchRow;
use crate::image::{N, S};
use crate::items::Entity;

/// The image of a trip's root item, with the attributes that this release writes. From a stream
/// record, in Lambda's JSON.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootImage<'a> {
    #[serde(rename = "PK")]
    _pk: IgnoredAny,
    #[serde(rename = "SK")]
    _sk: IgnoredAny,
    #[serde(rename = "GSI1PK", default)]
    _gsi1_pk: IgnoredAny,
    #[serde(rename = "GSI1SK", default)]
    _gsi1_sk: IgnoredAny,
    #[serde(borrow)]
    entity_type: S<&'a str>,
    #[serde(borrow)]
    schema_version: N<'a>,
    trip_id: S<TripId>,
    customer_id: S<CustomerId>,
    #[serde(rename = "saga_id")]
    _saga_id: IgnoredAny,
    status: S<TripStatus>,
    #[serde(borrow)]
    version: N<'a>,
    #[serde(rename = "last_sequence")]
    _last_sequence: IgnoredAny,
    #[serde(deserialize_with = "parsed")]
    created_at: Timestamp,
    #[serde(deserialize_with = "parsed")]
    updated_at: Timestamp,
    #[serde(deserialize_with = "parsed")]
    status_changed_at: Timestamp,
    #[serde(default)]
    flight_number: Option<S<FlightNumber>>,
    #[serde(default, deserialize_with = "some")]
    departure_time: Option<TicketTime>,
    #[serde(default, deserialize_with = "some")]
    arrival_time: Option<TicketTime>,
    #[serde(rename = "flight_price", default)]
    _flight_price: IgnoredAny,
    #[serde(default)]
    hotel_name: Option<S<HotelName>>,
    #[serde(default)]
    check_in_date: Option<S<Date>>,
    #[serde(default)]
    check_out_date: Option<S<Date>>,
    #[serde(rename = "hotel_price", default)]
    _hotel_price: IgnoredAny,
    #[serde(default, deserialize_with = "money")]
    amount: Option<Money>,
    #[serde(default)]
    flight_status: Option<S<ReservationStatus>>,
    #[serde(default)]
    hotel_status: Option<S<ReservationStatus>>,
    #[serde(default)]
    payment_status: Option<S<PaymentStatus>>,
    #[serde(default)]
    failure_code: Option<S<ErrorCode>>,
    #[serde(rename = "flight_reference", default)]
    _flight_reference: IgnoredAny,
    #[serde(rename = "hotel_reference", default)]
    _hotel_reference: IgnoredAny,
    #[serde(rename = "payment_reference", default)]
    _payment_reference: IgnoredAny,
    #[serde(rename = "failure_detail", default)]
    _failure_detail: IgnoredAny,
    #[serde(rename = "failure_errors", default)]
    _failure_errors: IgnoredAny,
}

impl SearchRow {
    /// The row in a stream record with this new image; `None` if it is not a root item's. Then
    /// [`SearchRow::from_item`] says why.
    #[must_use]
    pub fn of(image: RootImage<'_>) -> Option<Self> {
        let is_root = Entity::TRIP.is(image.entity_type.value, image.schema_version.digits);
        let version = image.version.parse()?;
        is_root.then(|| Self {
            trip_id: image.trip_id.value,
            customer_id: image.customer_id.value,
            status: image.status.value,
            version,
            created_at: image.created_at,
            updated_at: image.updated_at,
            status_changed_at: image.status_changed_at,
            flight_number: image.flight_number.map(value),
            departure_time: image.departure_time,
            arrival_time: image.arrival_time,
            hotel_name: image.hotel_name.map(value),
            check_in_date: image.check_in_date.map(value),
            check_out_date: image.check_out_date.map(value),
            amount: image.amount,
            flight_status: image.flight_status.map(value),
            hotel_status: image.hotel_status.map(value),
            payment_status: image.payment_status.map(value),
            failure_code: image.failure_code.map(value),
        })
    }
}

fn value<T>(attribute: S<T>) -> T {
    attribute.value
}

/// A string attribute that is read where it stands, without a copy of its text.
fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    attribute: D,
) -> Result<T, D::Error> {
    let S { value } = S::<&str>::deserialize(attribute)?;
    value.parse().map_err(Error::custom)
}

/// The same for an attribute that may be missing.
fn some<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    attribute: D,
) -> Result<Option<T>, D::Error> {
    parsed(attribute).map(Some)
}

/// An amount of money: `{"M": {"value": {"S": …}, "currency": {"S": …}}}`.
fn money<'de, D: Deserializer<'de>>(attribute: D) -> Result<Option<Money>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Map<'a> {
        #[serde(rename = "M", borrow)]
        map: Parts<'a>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Parts<'a> {
        #[serde(borrow)]
        value: S<&'a str>,
        #[serde(borrow)]
        currency: S<&'a str>,
    }

    let Map { map: Parts { value, currency } } = Map::deserialize(attribute)?;
    let value = parse_amount(value.value);
    let currency = parse_currency(currency.value);
    let amount = value.and_then(|value| Money::new(value, currency?));
    amount.map(Some).map_err(Error::custom)
}
