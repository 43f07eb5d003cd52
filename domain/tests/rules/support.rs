//! Given / when / then for the aggregate: a trip with a history meets one command.

use domain::command::{
    CancelFlight, CancelHotel, ProcessPayment, Reason, RefundPayment, Released, ReserveFlight,
    ReserveHotel, SupplierAnswer,
};
use domain::{
    Asked, Change, Claim, Command, Decision, ErrorCode, Failure, Plan, Timestamp, Trip, TripDetails,
};
use serde_json::Value;
use testing::Booking;

/// A request that breaks no rule.
pub fn valid_body() -> Value {
    booking().body().clone()
}

fn booking() -> Booking {
    Booking::new("trip-0001")
}

pub fn details() -> TripDetails {
    booking().details()
}

pub fn other_details() -> TripDetails {
    booking().with("/hotel_details/hotel_name", "Another Hotel").details()
}

pub fn claim() -> Claim {
    claim_of("trip-0001@2026-03-01T00:00:00Z", "customer-1")
}

pub fn claim_of(saga: &str, customer: &str) -> Claim {
    testing::claim("trip-0001", customer, saga)
}

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_772_326_800_000 + second * 1_000)
}

/// The failure that starts a booking's compensation if no refusal was recorded.
pub fn unknown() -> Reason {
    Reason::Booking(Failure::new(ErrorCode::OutcomeUnknown, "no answer"))
}

/// One command with its supplier's answer, as a word of the tests' language.
#[derive(Clone, Debug)]
pub enum Do {
    ReserveFlight,
    FlightRefused,
    ReserveHotel,
    HotelRefused,
    Pay,
    PayDeclined,
    /// The provider had captured before it was asked to refund.
    Refund(Reason),
    /// The provider knew of no capture.
    Void(Reason),
    CancelHotel(Reason),
    CancelFlight(Reason),
}

/// How a command ended.
#[derive(Debug)]
pub enum Ended {
    Committed(Box<Change>),
    Repeated,
    /// Refused after the supplier was told to release.
    TooLate(ErrorCode),
    Refused(Failure),
}

/// Gives the command to the trip, under the usual claim.
pub fn give(trip: Option<&Trip>, command: &Do) -> Ended {
    give_as(trip, command, claim(), details())
}

/// Gives the command to the trip, under any claim and request.
pub fn give_as(trip: Option<&Trip>, command: &Do, claim: Claim, details: TripDetails) -> Ended {
    let yes = SupplierAnswer::Accepted { reference: "ref-1".to_owned() };
    let no = SupplierAnswer::Refused { detail: "full".to_owned() };
    let released = Released { held: true };
    let asked = Asked::Trip(details.clone());
    match command.clone() {
        Do::ReserveFlight => decide(&ReserveFlight { claim, details }, trip, &yes),
        Do::FlightRefused => decide(&ReserveFlight { claim, details }, trip, &no),
        Do::ReserveHotel => decide(&ReserveHotel { claim, details }, trip, &yes),
        Do::HotelRefused => decide(&ReserveHotel { claim, details }, trip, &no),
        Do::Pay => decide(&ProcessPayment { claim, details }, trip, &yes),
        Do::PayDeclined => decide(&ProcessPayment { claim, details }, trip, &no),
        Do::Refund(reason) => decide(&RefundPayment { claim, reason, asked }, trip, &released),
        Do::Void(reason) => {
            decide(&RefundPayment { claim, reason, asked }, trip, &Released { held: false })
        }
        Do::CancelHotel(reason) => decide(&CancelHotel { claim, reason, asked }, trip, &released),
        Do::CancelFlight(reason) => decide(&CancelFlight { claim, reason, asked }, trip, &released),
    }
}

fn decide<C: Command>(command: &C, trip: Option<&Trip>, answer: &C::Answer) -> Ended {
    let second = trip.map_or(0, |trip| i64::try_from(trip.state().version).unwrap());
    let prepared = match command.plan(trip, at(second)) {
        Ok(Plan::First(change)) => Some(change.trip),
        _ => trip.cloned(),
    };
    let trip = prepared.as_ref();
    match command.decide(trip, answer, at(second)) {
        Ok(Decision::Commit(change)) => Ended::Committed(change),
        Ok(Decision::Done(_)) => Ended::Repeated,
        Ok(Decision::Release(refusal)) => Ended::TooLate(refusal.code),
        Err(failure) => Ended::Refused(failure),
    }
}

/// The trip after a history in which every command was committed.
pub fn given(history: &[Do]) -> Option<Trip> {
    history.iter().fold(None, |trip, command| match give(trip.as_ref(), command) {
        Ended::Committed(change) => Some(change.trip),
        other => panic!("{command:?} must commit in this history, but it was {other:?}"),
    })
}

/// The trip and the members in one line: `CONFIRMED flight=CONFIRMED hotel=CONFIRMED
/// payment=CAPTURED`.
pub fn picture(trip: &Trip) -> String {
    let flight = trip.state().flight.as_ref().map_or("-", |flight| flight.status.as_str());
    let hotel = trip.state().hotel.as_ref().map_or("-", |hotel| hotel.status.as_str());
    let payment = trip.state().payment.as_ref().map_or("-", |payment| payment.status.as_str());
    format!("{} {flight} {hotel} {payment}", trip.state().status)
}

/// The state after a commit, and the events in it.
pub fn committed(ended: Ended) -> (String, Vec<&'static str>) {
    match ended {
        Ended::Committed(change) => {
            let events = change.events.iter().map(|event| event.fact.event_type()).collect();
            (picture(&change.trip), events)
        }
        other => panic!("expected a commit, but it was {other:?}"),
    }
}

/// The code of a refusal.
pub fn refused(ended: &Ended) -> ErrorCode {
    match ended {
        Ended::Refused(failure) => failure.code,
        other => panic!("expected a refusal, but it was {other:?}"),
    }
}

/// Asserts the state that a command leaves after a history, and its events.
#[track_caller]
pub fn assert_commits(history: &[Do], command: &Do, picture: &str, events: &[&str]) {
    let (left, told) = committed(give(given(history).as_ref(), command));
    assert_eq!((left.as_str(), told.as_slice()), (picture, events));
}
