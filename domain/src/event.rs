//! Domain events: the facts that a commit makes known, and the envelope they are published in.

use schemars::JsonSchema;
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Fact {
    /// A seat is held.
    FlightReserved {
        /// The reservation.
        #[schemars(example = "flight-trip-0001")]
        flight_id: String,
        /// The airline's two characters and the number, such as `NH1`.
        #[schemars(regex(pattern = "^[A-Za-z0-9]{3,7}$"), example = &"NH1")]
        flight_number: String,
        /// Local time as printed on the ticket, with an offset where the booking gave one.
        #[schemars(regex(pattern = TICKET_TIME), example = "2026-03-01T10:00:00")]
        departure_time: String,
        /// Local time as printed on the ticket, with an offset where the booking gave one.
        #[schemars(regex(pattern = TICKET_TIME), example = "2026-03-01T14:00:00")]
        arrival_time: String,
        /// What it costs.
        price: Money,
    },
    /// The airline, or a rule, refused the flight.
    FlightRejected(Refused),
    /// The seat was given back.
    FlightCancelled {
        /// The reservation.
        #[schemars(example = "flight-trip-0001")]
        flight_id: String,
    },
    /// A room is held.
    HotelReserved {
        /// The booking.
        #[schemars(example = "hotel-trip-0001")]
        hotel_id: String,
        /// The hotel's name.
        #[schemars(length(min = 1, max = 100), example = "Grand Hotel Tokyo")]
        hotel_name: String,
        /// The first night's date.
        #[schemars(extend("format" = "date"), example = "2026-03-01")]
        check_in_date: String,
        /// The date of leaving.
        #[schemars(extend("format" = "date"), example = "2026-03-03")]
        check_out_date: String,
        /// What it costs.
        price: Money,
    },
    /// The hotel refused the booking.
    HotelRejected(Refused),
    /// The room was given back.
    HotelCancelled {
        /// The booking.
        #[schemars(example = "hotel-trip-0001")]
        hotel_id: String,
    },
    /// The customer was charged.
    PaymentCaptured {
        /// The payment.
        #[schemars(example = "payment-trip-0001")]
        payment_id: String,
        /// How much.
        amount: Money,
    },
    /// The payment provider declined the charge.
    PaymentDeclined(Refused),
    /// The charge was undone.
    PaymentRefunded {
        /// The payment.
        #[schemars(example = "payment-trip-0001")]
        payment_id: String,
        /// How much; absent if no valid request was ever recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Money")]
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
        #[schemars(with = "Money")]
        amount: Option<Money>,
    },
}

/// Why something was refused or failed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Refused {
    /// The stable code.
    pub code: ErrorCode,
    /// What happened, in words for a person.
    pub detail: String,
}

/// A [`crate::TicketTime`] as it is written.
const TICKET_TIME: &str = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}([+-]\d{2}:\d{2})?$";

macro_rules! event_types {
    ($($fact:ident: $name:ident = $text:literal,)*) => {
        impl Fact {
            $(
                #[doc = concat!("The type of [`Fact::", stringify!($fact), "`].")]
                pub const $name: &str = $text;
            )*

            /// All event types, in the order in which a trip may meet them.
            pub const TYPES: [&str; [$($text),*].len()] = [$($text),*];

            /// The facts by their names, each with its event type.
            pub(crate) const NAMES: [(&str, &str); Self::TYPES.len()] =
                [$((stringify!($fact), $text)),*];

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope {
    /// The version of CloudEvents.
    #[schemars(extend("const" = "1.0"))]
    pub specversion: String,
    /// The event's id, the same however often the event is published: deduplicate by it.
    pub id: EventId,
    /// What the event comes from.
    #[schemars(extend("const" = "/trip-saga"))]
    pub source: String,
    /// What happened, and the version of `data`: the `detail-type` on the bus.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The trip.
    pub subject: TripId,
    /// When it was committed.
    pub time: Timestamp,
    /// The form of `data`.
    #[schemars(extend("const" = "application/json"))]
    pub datacontenttype: String,
    /// The JSON Schema of `data`: an address that the API serves. Where the API's address is not
    /// configured, and in events from before it could be, a name: `urn:trip-saga:events:TYPE`.
    #[schemars(extend("format" = "uri"))]
    pub dataschema: String,
    /// The place among the trip's events, from 1 and without gaps, in ten digits, so that the texts
    /// sort as the numbers do.
    #[schemars(regex(pattern = "^[0-9]{10}$"), example = "0000000004")]
    pub sequence: String,
    /// Groups related events: the trip's id.
    pub correlationid: String,
    /// The saga. Events from before this field existed lack it: they carry the saga's id as
    /// `causationid`, which is now reserved for the id of the event that caused this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SagaId")]
    pub sagaid: Option<SagaId>,
    /// W3C trace context, if the saga was started within a trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", regex(pattern = "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"))]
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
        Self::of(&trip.id, &trip.customer_id, &trip.saga_id, event, id)
    }

    pub(crate) fn of(
        trip: &TripId,
        customer: &CustomerId,
        saga: &SagaId,
        event: &Event,
        id: EventId,
    ) -> Result<Self, serde_json::Error> {
        let event_type = event.fact.event_type();
        Ok(Self {
            specversion: "1.0".to_owned(),
            id,
            source: format!("/{SOURCE}"),
            event_type: event_type.to_owned(),
            subject: trip.clone(),
            time: event.occurred_at,
            datacontenttype: "application/json".to_owned(),
            dataschema: format!("urn:trip-saga:events:{event_type}"),
            sequence: sequence_text(event.sequence),
            correlationid: trip.to_string(),
            sagaid: Some(saga.clone()),
            traceparent: None,
            data: data_of(trip, customer, &event.fact)?,
        })
    }

    /// The same, for an API that serves the schemas at the address `schemas`.
    ///
    /// The fragment names the part of the schema that describes `data`: the rest describes the
    /// envelope.
    #[must_use]
    pub fn with_schemas_at(self, schemas: &str) -> Self {
        Self { dataschema: format!("{schemas}/{}#/properties/data", self.event_type), ..self }
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
