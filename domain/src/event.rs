//! Domain events: the facts that a commit makes known, and the envelope they are published in.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{CustomerId, ErrorCode, EventId, Money, SagaId, Timestamp, TripId, TripState};

/// The `Source` of every published event, and the bus's name.
pub const SOURCE: &str = "trip-saga";

/// One event of a trip, before it is given an id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// Its place among the trip's events: from 1, without gaps.
    pub sequence: u64,
    /// When it was committed.
    pub occurred_at: Timestamp,
    /// What happened.
    pub fact: Fact,
}

/// What happened to a trip.
///
/// Serialises as the `data` of the published envelope, without the trip's and the customer's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// A seat is held.
    FlightReserved {
        /// The reservation.
        flight_id: String,
        /// As printed on the ticket.
        flight_number: String,
        /// As printed on the ticket.
        departure_time: String,
        /// As printed on the ticket.
        arrival_time: String,
        /// What it costs.
        price: Money,
    },
    /// The airline, or a rule, refused the flight.
    FlightRejected(Refused),
    /// The seat was given back.
    FlightCancelled {
        /// The reservation.
        flight_id: String,
    },
    /// A room is held.
    HotelReserved {
        /// The booking.
        hotel_id: String,
        /// The hotel.
        hotel_name: String,
        /// `YYYY-MM-DD`.
        check_in_date: String,
        /// `YYYY-MM-DD`.
        check_out_date: String,
        /// What it costs.
        price: Money,
    },
    /// The hotel refused the booking.
    HotelRejected(Refused),
    /// The room was given back.
    HotelCancelled {
        /// The booking.
        hotel_id: String,
    },
    /// The customer was charged.
    PaymentCaptured {
        /// The payment.
        payment_id: String,
        /// How much.
        amount: Money,
    },
    /// The payment provider declined the charge.
    PaymentDeclined(Refused),
    /// The charge was undone.
    PaymentRefunded {
        /// The payment.
        payment_id: String,
        /// How much; absent if no valid request was ever recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        amount: Option<Money>,
        /// Whether `payment.captured.v1` was published for it before.
        capture_recorded: bool,
    },
    /// Everything is held and paid for.
    TripConfirmed {
        /// How much was charged.
        amount: Money,
    },
    /// The booking failed.
    TripFailed(Refused),
    /// A confirmed trip was undone at the customer's request.
    TripCancelled {
        /// How much was refunded; absent if no valid request was ever recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        amount: Option<Money>,
    },
}

/// Why something was refused or failed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Refused {
    /// The stable code.
    pub code: ErrorCode,
    /// What happened, in words for a person.
    pub detail: String,
}

macro_rules! event_types {
    ($($fact:ident: $name:ident = $text:literal,)*) => {
        impl Fact {
            $(
                #[doc = concat!("The type of [`Fact::", stringify!($fact), "`].")]
                pub const $name: &str = $text;
            )*

            /// All event types, in the order in which a trip may meet them.
            pub const TYPES: [&str; [$($text),*].len()] = [$($text),*];

            /// The event's type: its `DetailType` on the bus.
            #[must_use]
            pub fn event_type(&self) -> &'static str {
                match self { $(Self::$fact { .. } => $text,)* }
            }
        }
    };
}

event_types! {
    FlightReserved: FLIGHT_RESERVED = "flight.reserved.v1",
    FlightRejected: FLIGHT_REJECTED = "flight.rejected.v1",
    FlightCancelled: FLIGHT_CANCELLED = "flight.cancelled.v1",
    HotelReserved: HOTEL_RESERVED = "hotel.reserved.v1",
    HotelRejected: HOTEL_REJECTED = "hotel.rejected.v1",
    HotelCancelled: HOTEL_CANCELLED = "hotel.cancelled.v1",
    PaymentCaptured: PAYMENT_CAPTURED = "payment.captured.v1",
    PaymentDeclined: PAYMENT_DECLINED = "payment.declined.v1",
    PaymentRefunded: PAYMENT_REFUNDED = "payment.refunded.v1",
    TripConfirmed: TRIP_CONFIRMED = "trip.confirmed.v1",
    TripFailed: TRIP_FAILED = "trip.failed.v1",
    TripCancelled: TRIP_CANCELLED = "trip.cancelled.v1",
}

/// A published event: CloudEvents 1.0 in its JSON form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The version of CloudEvents: always `1.0`.
    pub specversion: String,
    /// The event's id, the same however often the event is published: deduplicate by it.
    pub id: EventId,
    /// Always `/trip-saga`.
    pub source: String,
    /// One of [`Fact::TYPES`].
    #[serde(rename = "type")]
    pub event_type: String,
    /// The trip.
    pub subject: TripId,
    /// When it was committed.
    pub time: Timestamp,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// Names the JSON Schema of `data`.
    pub dataschema: String,
    /// The place among the trip's events in ten digits, so that the texts sort as the numbers do.
    pub sequence: String,
    /// Groups related events: the trip's id.
    pub correlationid: String,
    /// The saga. Events from before this field existed lack it: they carry the saga's id as
    /// `causationid`, which is now reserved for the id of the event that caused this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sagaid: Option<SagaId>,
    /// W3C trace context, if the saga was started within a trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The fact itself, with the trip's and the customer's id.
    pub data: Value,
}

impl Envelope {
    /// Wraps an event of `trip` for publication.
    ///
    /// # Errors
    /// If the fact cannot be written as JSON; no fact of ours causes this.
    pub fn wrap(trip: &TripState, event: &Event, id: EventId) -> Result<Self, serde_json::Error> {
        let event_type = event.fact.event_type();
        Ok(Self {
            specversion: "1.0".to_owned(),
            id,
            source: format!("/{SOURCE}"),
            event_type: event_type.to_owned(),
            subject: trip.id.clone(),
            time: event.occurred_at,
            datacontenttype: "application/json".to_owned(),
            dataschema: format!("urn:trip-saga:events:{event_type}"),
            sequence: sequence_text(event.sequence),
            correlationid: trip.id.to_string(),
            sagaid: Some(trip.saga_id.clone()),
            traceparent: None,
            data: data_of(&trip.id, &trip.customer_id, &event.fact)?,
        })
    }
}

/// A sequence number in ten digits.
///
/// ```
/// assert!(domain::event::sequence_text(9) < domain::event::sequence_text(10));
/// ```
#[must_use]
pub fn sequence_text(sequence: u64) -> String {
    format!("{sequence:010}")
}

fn data_of(trip: &TripId, customer: &CustomerId, fact: &Fact) -> Result<Value, serde_json::Error> {
    let mut data = Map::new();
    data.insert("trip_id".to_owned(), json!(trip));
    data.insert("customer_id".to_owned(), json!(customer));
    if let Value::Object(fields) = serde_json::to_value(fact)? {
        data.extend(fields);
    }
    Ok(Value::Object(data))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event in the outbox that was written before `sagaid` existed.
    const EARLIER: &str = r#"{"specversion":"1.0","id":"019bc186-de00-7543-9253-610c7686bdd6",
        "source":"/trip-saga","type":"flight.reserved.v1","subject":"trip-0001",
        "time":"2026-01-15T11:00:00.000Z","datacontenttype":"application/json",
        "dataschema":"urn:trip-saga:events:flight.reserved.v1","sequence":"0000000001",
        "correlationid":"trip-0001","causationid":"trip-0001@2026-01-15T10:59:59.000Z",
        "data":{"trip_id":"trip-0001","customer_id":"1"}}"#;

    #[test]
    fn an_envelope_of_an_earlier_release_reads_and_one_with_both_names_does_too() {
        let earlier: Envelope = serde_json::from_str(EARLIER).unwrap();
        assert_eq!((earlier.subject.as_str(), earlier.sagaid), ("trip-0001", None));
        let both = EARLIER.replace(r#""data""#, r#""sagaid":"saga-1","data""#);
        let both: Envelope = serde_json::from_str(&both).unwrap();
        assert_eq!(both.sagaid.unwrap().as_str(), "saga-1");
    }
}
