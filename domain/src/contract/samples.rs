//! Samples: at least one event of every type, as this release publishes it.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::event::{Envelope, Event, Fact, Refused};
use crate::money::parse_currency;
use crate::{CustomerId, ErrorCode, EventId, Money, SagaId, Timestamp, TripId};

/// A published event.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The event's type.
    pub event_type: &'static str,
    /// Its type, and what is special about it, if anything.
    pub name: String,
    /// The envelope.
    pub event: Value,
}

/// 2026-01-15T11:00:00Z.
const BEGAN: i64 = 1_768_474_800_000;
/// The first bits of an id that was drawn then.
const FIRST_ID: u128 = 0x019b_c186_de00_7000_8000_0000_0000_0000;
const SCHEMAS: &str = "https://api.example.com/events/schemas";
const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Every sample, in the order in which trips may meet them.
#[must_use]
pub fn samples() -> Vec<Sample> {
    let told = [confirmed_and_cancelled(), refused(), given_up(), unknown()];
    let told = told.into_iter().flatten().flatten().enumerate();
    told.filter_map(|(number, told)| told.sample(number)).collect()
}

/// A fact of a trip, its place among the trip's events, and what is special about it.
struct Told(&'static str, u64, Fact, Option<&'static str>);

/// A trip that is booked and then cancelled.
fn confirmed_and_cancelled() -> Option<Vec<Told>> {
    let (trip, total) = ("trip-0001", yen(80_000)?);
    Some(vec![
        Told(trip, 1, flight_reserved(trip)?, None),
        Told(trip, 2, hotel_reserved(trip)?, None),
        Told(trip, 3, Fact::PaymentCaptured { payment_id: payment(trip), amount: total }, None),
        Told(trip, 4, Fact::TripConfirmed { amount: total }, None),
        Told(trip, 5, refunded(trip, Some(total), true), None),
        Told(trip, 6, Fact::HotelCancelled { hotel_id: format!("hotel-{trip}") }, None),
        Told(trip, 7, Fact::FlightCancelled { flight_id: format!("flight-{trip}") }, None),
        Told(trip, 8, Fact::TripCancelled { amount: Some(total) }, None),
    ])
}

/// Trips that a supplier refuses.
fn refused() -> Option<Vec<Told>> {
    use ErrorCode as Code;
    let flight = || no(Code::FlightUnavailable, "the flight has no seat left");
    let hotel = no(Code::HotelUnavailable, "the hotel has no room left");
    let payment = no(Code::PaymentDeclined, "the payment provider declined the charge");
    Some(vec![
        Told("trip-0002", 1, Fact::FlightRejected(flight()), None),
        Told("trip-0002", 2, Fact::TripFailed(flight()), None),
        Told("trip-0003", 2, Fact::HotelRejected(hotel), None),
        Told("trip-0004", 3, Fact::PaymentDeclined(payment), None),
    ])
}

/// A trip that ends before anything of it is recorded.
fn given_up() -> Option<Vec<Told>> {
    let reason = no(ErrorCode::SupplierTimeout, "the airline did not answer in time");
    Some(vec![Told("trip-0005", 1, Fact::TripFailed(reason), Some("nothing-recorded"))])
}

/// Compensations that find at the supplier what was never recorded.
fn unknown() -> Option<Vec<Told>> {
    let (trip, other) = ("trip-0006", "trip-0007");
    let unrecorded = refunded(trip, Some(yen(80_000)?), false);
    Some(vec![
        Told(trip, 3, unrecorded, Some("capture-not-recorded")),
        Told(other, 1, refunded(other, None, false), Some("without-amount")),
        Told(other, 2, Fact::TripCancelled { amount: None }, Some("without-amount")),
    ])
}

impl Told {
    fn sample(self, number: usize) -> Option<Sample> {
        let Self(trip, sequence, fact, special) = self;
        let event_type = fact.event_type();
        let millis = i64::try_from(number).ok()?.checked_mul(150)?;
        let time = Timestamp::from_millis(BEGAN.checked_add(millis)?);
        let id = EventId::new(Uuid::from_u128(id(millis, number)?));
        let trip = TripId::parse(trip).ok()?;
        let customer = CustomerId::parse("5f1c2b9e-3a64-4f0d-9d57-8c1f0a7be213").ok()?;
        let saga = SagaId::parse(&format!("{trip}@2026-01-15T10:59:59.000Z")).ok()?;
        let event = Event { sequence, occurred_at: time, fact };
        let envelope = Envelope::of(&trip, &customer, &saga, &event, id).ok()?;
        let envelope = Envelope { traceparent: Some(TRACE.to_owned()), ..envelope };
        let event = json!(envelope.with_schemas_at(SCHEMAS));
        let name = [event_type].into_iter().chain(special).collect::<Vec<_>>().join(".");
        Some(Sample { event_type, name, event })
    }
}

/// A `UUIDv7`: its first 48 bits are its time.
fn id(millis: i64, number: usize) -> Option<u128> {
    let (millis, number) = (u128::try_from(millis).ok()?, u128::try_from(number).ok()?);
    FIRST_ID.checked_add(millis << 80)?.checked_add(number)
}

fn yen(value: u32) -> Option<Money> {
    Money::new(Decimal::from(value), parse_currency("JPY").ok()?).ok()
}

fn flight_reserved(trip: &str) -> Option<Fact> {
    Some(Fact::FlightReserved {
        flight_id: format!("flight-{trip}"),
        flight_number: "NH1".to_owned(),
        departure_time: "2026-03-01T10:00:00".to_owned(),
        arrival_time: "2026-03-01T14:00:00".to_owned(),
        price: yen(50_000)?,
    })
}

fn hotel_reserved(trip: &str) -> Option<Fact> {
    Some(Fact::HotelReserved {
        hotel_id: format!("hotel-{trip}"),
        hotel_name: "Grand Hotel Tokyo".to_owned(),
        check_in_date: "2026-03-01".to_owned(),
        check_out_date: "2026-03-03".to_owned(),
        price: yen(30_000)?,
    })
}

fn payment(trip: &str) -> String {
    format!("payment-{trip}")
}

fn refunded(trip: &str, amount: Option<Money>, capture_recorded: bool) -> Fact {
    Fact::PaymentRefunded { payment_id: payment(trip), amount, capture_recorded }
}

fn no(code: ErrorCode, detail: &str) -> Refused {
    Refused { code, detail: detail.to_owned() }
}
