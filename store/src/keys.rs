//! Every key of every table, built and read only here, from parsed values.
//!
//! Ids hold no `#`, so the parts of a key cannot run into one another.

mod departure;
mod shard;

use std::fmt;

use domain::event::sequence_text;
use domain::member::{FlightReservation, HotelBooking, PaymentTransaction};
use domain::{EventId, Timestamp, TripId, TripStatus};

pub use departure::{Month, customer_status, month_of, status_month};
pub use departure::{departure_ceiling, departure_floor, departure_key, just_after, just_before};
pub use shard::{SHARDS, shard};

/// The partition key of TripSagaTable and of SandboxTable.
pub const PK: &str = "PK";
/// The sort key of TripSagaTable.
pub const SK: &str = "SK";
/// The partition key of GSI1, the index of open work.
pub const GSI1_PK: &str = "GSI1PK";
/// The sort key of GSI1.
pub const GSI1_SK: &str = "GSI1SK";

/// The sort key of a trip's root item.
pub const METADATA: &str = "METADATA";
/// The prefix of an event's sort key; the dispatcher's stream filter looks for it.
pub const OUTBOX_PREFIX: &str = "OUTBOX#";

const TRIP_PREFIX: &str = "TRIP#";

/// The partition that holds all items of one trip.
#[must_use]
pub fn trip(trip: &TripId) -> String {
    TripPartition(trip).to_string()
}

/// The same, to be written elsewhere.
pub(crate) struct TripPartition<'a>(pub(crate) &'a TripId);

impl fmt::Display for TripPartition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{TRIP_PREFIX}{}", self.0)
    }
}

/// The trip's id in a partition key, valid or not.
#[must_use]
pub fn trip_of(pk: &str) -> &str {
    pk.strip_prefix(TRIP_PREFIX).unwrap_or(pk)
}

/// The sort key of the trip's flight reservation.
#[must_use]
pub fn flight(trip: &TripId) -> String {
    format!("FLIGHT#{}", FlightReservation::id_in(trip))
}

/// The sort key of the trip's hotel booking.
#[must_use]
pub fn hotel(trip: &TripId) -> String {
    format!("HOTEL#{}", HotelBooking::id_in(trip))
}

/// The sort key of the trip's payment.
#[must_use]
pub fn payment(trip: &TripId) -> String {
    format!("PAYMENT#{}", PaymentTransaction::id_in(trip))
}

/// The sort key of an event.
#[must_use]
pub fn outbox(event: EventId) -> String {
    EventSort(event).to_string()
}

/// The same, to be written elsewhere.
pub(crate) struct EventSort(pub(crate) EventId);

impl fmt::Display for EventSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{OUTBOX_PREFIX}{}", self.0)
    }
}

/// The trip and the event in a key of TripSagaTable, if it is the key of an event.
#[must_use]
pub fn parse_outbox(pk: &str, sk: &str) -> Option<(TripId, EventId)> {
    let trip = TripId::parse(pk.strip_prefix(TRIP_PREFIX)?).ok()?;
    let event = EventId::parse(sk.strip_prefix(OUTBOX_PREFIX)?).ok()?;
    Some((trip, event))
}

/// The GSI1 partition of the trips in flight that have this status and shard.
#[must_use]
pub fn trips_in_flight(status: TripStatus, shard: u32) -> String {
    format!("{TRIP_PREFIX}{status}#{shard}")
}

/// The place of a trip within [`trips_in_flight`].
#[must_use]
pub fn trip_by_age(created_at: Timestamp, trip: &TripId) -> String {
    format!("{created_at}#{trip}")
}

/// The time and the trip in a [`trip_by_age`].
#[must_use]
pub fn parse_trip_by_age(key: &str) -> Option<(Timestamp, TripId)> {
    let (created_at, trip) = key.split_once('#')?;
    Some((created_at.parse().ok()?, TripId::parse(trip).ok()?))
}

/// The GSI1 partition of the shard's events that are still to be dispatched.
#[must_use]
pub fn events_pending(shard: u32) -> String {
    format!("OUTBOX#PENDING#{shard}")
}

/// The GSI1 partition of the shard's events that can never be published in their present form.
#[must_use]
pub fn events_parked(shard: u32) -> String {
    format!("OUTBOX#PARKED#{shard}")
}

/// The place of an event within [`events_pending`] and [`events_parked`]: one trip's events in
/// order.
#[must_use]
pub fn event_by_age(occurred_at: Timestamp, trip: &TripId, sequence: u64) -> String {
    format!("{occurred_at}#{trip}#{}", sequence_text(sequence))
}

/// The sequence number at the end of an [`event_by_age`]; `None` for an event too damaged to have
/// one.
#[must_use]
pub fn parse_event_sequence(key: &str) -> Option<u64> {
    let (_, sequence) = key.rsplit_once('#')?;
    sequence.parse().ok().filter(|sequence| *sequence > 0)
}

/// The time at the start of an [`event_by_age`].
#[must_use]
pub fn parse_event_time(key: &str) -> Option<Timestamp> {
    key.split_once('#')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = "01957a3e-5b00-7000-8000-000000000001";

    fn id(text: &str) -> TripId {
        TripId::parse(text).unwrap()
    }

    #[test]
    fn keys_look_as_documented() {
        let (trip_1, at) = (id("trip-1"), Timestamp::from_millis(1_772_326_800_120));
        assert_eq!(trip(&trip_1), "TRIP#trip-1");
        assert_eq!(flight(&trip_1), "FLIGHT#flight-trip-1");
        assert_eq!(hotel(&trip_1), "HOTEL#hotel-trip-1");
        assert_eq!(payment(&trip_1), "PAYMENT#payment-trip-1");
        assert_eq!(outbox(EventId::parse(EVENT).unwrap()), format!("OUTBOX#{EVENT}"));
        assert_eq!(trips_in_flight(TripStatus::Pending, 7), "TRIP#PENDING#7");
        assert_eq!(trip_by_age(at, &trip_1), "2026-03-01T01:00:00.120Z#trip-1");
        assert_eq!(events_pending(63), "OUTBOX#PENDING#63");
        assert_eq!(events_parked(0), "OUTBOX#PARKED#0");
        assert_eq!(event_by_age(at, &trip_1, 4), "2026-03-01T01:00:00.120Z#trip-1#0000000004");
        assert_eq!(parse_event_sequence(&event_by_age(at, &trip_1, 4)), Some(4));
        assert_eq!(parse_event_sequence(&event_by_age(at, &trip_1, 0)), None);
    }

    #[test]
    fn an_event_key_reads_back_and_no_other_does() {
        let event = EventId::parse(EVENT).unwrap();
        let sk = outbox(event);
        assert_eq!(parse_outbox("TRIP#trip-1", &sk), Some((id("trip-1"), event)));
        assert_eq!(parse_outbox("TRIP#trip#1", &sk), None);
        assert_eq!(parse_outbox("TRIP#trip-1", METADATA), None);
        assert_eq!(parse_outbox("TRIP#trip-1", "OUTBOX#7"), None);
    }

    #[test]
    fn the_time_of_an_event_by_age_reads_back() {
        let at = Timestamp::from_millis(1_772_326_800_120);
        assert_eq!(parse_event_time(&event_by_age(at, &id("a_b"), 4)), Some(at));
        assert_eq!(parse_event_time("yesterday#trip-1#0000000004"), None);
    }

    #[test]
    fn a_trip_by_age_reads_back() {
        let at = Timestamp::from_millis(1_772_326_800_120);
        assert_eq!(parse_trip_by_age(&trip_by_age(at, &id("a_b"))), Some((at, id("a_b"))));
        assert_eq!(parse_trip_by_age("yesterday#trip-1"), None);
    }
}
