//! The steps of a booking as changes to commit, decided on by the real aggregate.

use domain::command::ReserveHotel;
use domain::command::{
    CancelFlight, ProcessPayment, Reason, Released, ReserveFlight, SupplierAnswer,
};
use domain::details::{FlightNumber, HotelName};
use domain::money::{parse_amount, parse_currency};
use domain::time::parse_date;
use domain::{
    Asked, Change, Claim, Command, CustomerId, ErrorCode, Failure, FlightDetails, HotelDetails,
    Money, SagaId, TicketTime, Timestamp, Trip, TripDetails, TripId,
};
use store::TripStore;

/// When the first step takes place.
pub(super) const BEGIN: i64 = 1_772_326_800_000;

pub(super) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(BEGIN + millis)
}

pub(super) fn id(trip: &str) -> TripId {
    TripId::parse(trip).unwrap()
}

/// The first commit of a booking: one event.
pub(super) fn reserve_flight(trip: &str, millis: i64) -> Change {
    let command = ReserveFlight { claim: claim(trip), details: details("2026-03-01T10:00") };
    command.apply(None, &accepted(), at(millis))
}

/// The second: one event.
pub(super) fn reserve_hotel(trip: &Trip, millis: i64) -> Change {
    let command = ReserveHotel {
        claim: claim(trip.state().id.as_str()),
        details: details("2026-03-01T10:00"),
    };
    command.apply(Some(trip), &accepted(), at(millis))
}

/// The third, which confirms the trip: two events.
pub(super) fn pay(trip: &Trip, millis: i64) -> Change {
    let command = ProcessPayment {
        claim: claim(trip.state().id.as_str()),
        details: details("2026-03-01T10:00"),
    };
    command.apply(Some(trip), &accepted(), at(millis))
}

/// Ends a booking that got no further than its flight: two events.
pub(super) fn give_up(trip: &Trip, millis: i64) -> Change {
    let failure = Failure::new(ErrorCode::SupplierTimeout, "the hotel never answered 🏨");
    let claim = claim(trip.state().id.as_str());
    let (reason, asked) = (Reason::Booking(failure), Asked::Refused(None));
    let command = CancelFlight { claim, reason, asked };
    command.apply(Some(trip), &Released { held: true }, at(millis))
}

/// Commits a whole booking, four events, and returns the confirmed trip.
pub(super) async fn book(trips: &TripStore, trip: &str) -> Trip {
    let flight = reserve_flight(trip, 0);
    trips.commit(&flight).await.unwrap();
    let hotel = reserve_hotel(&flight.trip, 1_000);
    trips.commit(&hotel).await.unwrap();
    let payment = pay(&hotel.trip, 2_000);
    trips.commit(&payment).await.unwrap();
    payment.trip
}

pub(super) fn claim(trip: &str) -> Claim {
    Claim {
        trip_id: id(trip),
        customer_id: CustomerId::parse("customer-1").unwrap(),
        saga_id: SagaId::parse("saga-1").unwrap(),
    }
}

pub(super) fn details(departure: &str) -> TripDetails {
    let departure = TicketTime::parse(departure).unwrap();
    let arrival = TicketTime::parse("2099-01-01T00:00").unwrap();
    let number = FlightNumber::parse("NH001").unwrap();
    let flight = FlightDetails::new(number, departure, arrival, yen("50000"));
    let name = HotelName::parse("Hôtel d'Été 🏨 \u{202e}العربية").unwrap();
    let days = ["2026-03-01", "2026-03-03"].map(|day| parse_date(day).unwrap());
    let hotel = HotelDetails::new(name, days[0], days[1], yen("30000"));
    TripDetails::new(flight, hotel, yen("80000")).unwrap()
}

fn accepted() -> SupplierAnswer {
    SupplierAnswer::Accepted { reference: "reference-1".to_owned() }
}

fn yen(amount: &str) -> Money {
    Money::new(parse_amount(amount).unwrap(), parse_currency("JPY").unwrap()).unwrap()
}
