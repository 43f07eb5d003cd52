//! The root item of a trip: the summary that search needs, and what only the write side needs.
//!
//! The root item holds the whole aggregate, members included: this release reads it from nowhere
//! else. The details of the request are flat attributes. The broken rules of a refused request are
//! a list of maps: readable in the table, with no JSON inside JSON.

use std::mem::take;

use domain::member::{
    FlightReservation, HotelBooking, PaymentStatus, PaymentTransaction, ReservationStatus,
};
use domain::{Asked, Failure, FieldError, FlightDetails, HotelDetails, Money, SagaId};
use domain::{TripDetails, TripState};
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use super::{Entity, KeyAttribute, decode, encode};
use crate::view::SearchRow;
use crate::{CodecError, Run, keys};

/// The body of the root item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Metadata {
    #[serde(flatten)]
    summary: SearchRow,
    saga_id: SagaId,
    last_sequence: u64,
    flight_price: Option<Money>,
    hotel_price: Option<Money>,
    flight_reference: Option<String>,
    hotel_reference: Option<String>,
    payment_reference: Option<String>,
    failure_detail: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failure_errors: Vec<FieldError>,
    /// What was noted since the commit that wrote this root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Run>,
}

impl Metadata {
    pub(crate) fn of(trip: &TripState) -> Self {
        let (details, failure) = (trip.details(), trip.failure.as_ref());
        Self {
            summary: SearchRow::from_trip(trip),
            saga_id: trip.saga_id.clone(),
            last_sequence: trip.last_sequence,
            flight_price: details.map(|details| details.flight().price),
            hotel_price: details.map(|details| details.hotel().price),
            flight_reference: trip.flight.as_ref().and_then(|flight| flight.reference.clone()),
            hotel_reference: trip.hotel.as_ref().and_then(|hotel| hotel.reference.clone()),
            payment_reference: trip.payment.as_ref().and_then(|payment| payment.reference.clone()),
            failure_detail: failure.map(|failure| failure.detail.clone()),
            failure_errors: failure.map(|failure| failure.errors.clone()).unwrap_or_default(),
            run: None,
        }
    }

    pub(crate) fn encode(&self) -> Result<Item, CodecError> {
        let trip = &self.summary.trip_id;
        let key = [(keys::PK, keys::trip(trip)), (keys::SK, keys::METADATA.to_owned())];
        encode(Entity::TRIP, key.into_iter().chain(self.open_work_key()), self)
    }

    pub(crate) fn decode(item: Item) -> Result<Self, CodecError> {
        decode(Entity::TRIP, item)
    }

    /// The references of held members that this root lacks, each with the sort key of the item that
    /// has it: earlier releases wrote references into the members' own items only.
    pub(crate) fn missing_references(
        &mut self,
    ) -> impl Iterator<Item = (String, &mut Option<String>)> {
        let row = &self.summary;
        let held = [
            row.flight_status.is_some_and(ReservationStatus::holds),
            row.hotel_status.is_some_and(ReservationStatus::holds),
            row.payment_status.is_some_and(PaymentStatus::holds),
        ];
        let id = &row.trip_id;
        let sort_keys = [keys::flight(id), keys::hotel(id), keys::payment(id)];
        let references =
            [&mut self.flight_reference, &mut self.hotel_reference, &mut self.payment_reference];
        let members = held.into_iter().zip(sort_keys.into_iter().zip(references));
        let lacking = members.filter(|(is_held, (_, reference))| *is_held && reference.is_none());
        lacking.map(|(_, place)| place)
    }

    /// The news of the trip's execution in this root.
    pub(crate) fn take_run(&mut self) -> Option<Run> {
        self.run.take()
    }

    /// The trip in this root.
    pub(crate) fn into_trip(mut self) -> Result<TripState, CodecError> {
        let asked = self.asked()?;
        let failure = self.failure()?;
        let (flight, hotel, payment) = (self.flight(), self.hotel(), self.payment());
        let SearchRow { trip_id, customer_id, status, version, .. } = self.summary;
        let SearchRow { created_at, updated_at, status_changed_at, .. } = self.summary;
        Ok(TripState {
            id: trip_id,
            customer_id,
            saga_id: self.saga_id,
            status,
            version,
            last_sequence: self.last_sequence,
            asked,
            flight,
            hotel,
            payment,
            failure,
            created_at,
            updated_at,
            status_changed_at,
        })
    }

    /// The key in GSI1 of a trip in flight; a terminal trip has none.
    fn open_work_key(&self) -> Vec<KeyAttribute> {
        let SearchRow { trip_id, status, created_at, .. } = &self.summary;
        if status.is_terminal() {
            return Vec::new();
        }
        let partition = keys::trips_in_flight(*status, keys::shard(trip_id));
        vec![(keys::GSI1_PK, partition), (keys::GSI1_SK, keys::trip_by_age(*created_at, trip_id))]
    }

    /// All details, or only the departure: the presence of the total decides which.
    fn asked(&mut self) -> Result<Asked, CodecError> {
        let Some(total) = self.summary.amount else {
            return Ok(Asked::Refused(self.summary.departure_time));
        };
        TripDetails::new(self.flight_details()?, self.hotel_details()?, total)
            .map(Asked::Trip)
            .map_err(CodecError::contradiction)
    }

    fn flight_details(&mut self) -> Result<FlightDetails, CodecError> {
        let row = &mut self.summary;
        Ok(FlightDetails {
            number: present(row.flight_number.take(), "flight_number")?,
            departure: present(row.departure_time, "departure_time")?,
            arrival: present(row.arrival_time, "arrival_time")?,
            price: present(self.flight_price, "flight_price")?,
        })
    }

    fn hotel_details(&mut self) -> Result<HotelDetails, CodecError> {
        let row = &mut self.summary;
        Ok(HotelDetails {
            name: present(row.hotel_name.take(), "hotel_name")?,
            check_in: present(row.check_in_date, "check_in_date")?,
            check_out: present(row.check_out_date, "check_out_date")?,
            price: present(self.hotel_price, "hotel_price")?,
        })
    }

    fn flight(&mut self) -> Option<FlightReservation> {
        let (id, status) =
            (FlightReservation::id_in(&self.summary.trip_id), self.summary.flight_status?);
        Some(FlightReservation { id, status, reference: self.flight_reference.take() })
    }

    fn hotel(&mut self) -> Option<HotelBooking> {
        let (id, status) = (HotelBooking::id_in(&self.summary.trip_id), self.summary.hotel_status?);
        Some(HotelBooking { id, status, reference: self.hotel_reference.take() })
    }

    fn payment(&mut self) -> Option<PaymentTransaction> {
        let (id, status) =
            (PaymentTransaction::id_in(&self.summary.trip_id), self.summary.payment_status?);
        Some(PaymentTransaction { id, status, reference: self.payment_reference.take() })
    }

    fn failure(&mut self) -> Result<Option<Failure>, CodecError> {
        let Some(code) = self.summary.failure_code else {
            return Ok(None);
        };
        let detail = present(self.failure_detail.take(), "failure_detail")?;
        Ok(Some(Failure { code, detail, errors: take(&mut self.failure_errors) }))
    }
}

fn present<T>(value: Option<T>, name: &'static str) -> Result<T, CodecError> {
    value.ok_or(CodecError::Missing(name))
}
