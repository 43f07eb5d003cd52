//! One booking as fixed values, for tests that need any trip rather than all of them.

use domain::command::{ReserveFlight, SupplierAnswer};
use domain::details::{FlightNumber, HotelName};
use domain::money::{parse_amount, parse_currency};
use domain::time::parse_date;
use domain::{
    Change, Claim, Command, CustomerId, FlightDetails, HotelDetails, Money, SagaId, TicketTime,
    Timestamp, TripDetails, TripId,
};

use crate::view::SearchRow;

/// The first commit of trip `trip-1`: its flight is reserved, and one event says so.
pub(crate) fn first_change() -> Change {
    let command = ReserveFlight { claim: claim("trip-1"), details: details("2026-03-01T10:00") };
    let answer = SupplierAnswer::Accepted { reference: "PNR-1".to_owned() };
    command.apply(None, &answer, now())
}

/// A row of the view with the given departure.
pub(crate) fn search_row(departure: &str, trip: &str) -> SearchRow {
    let command = ReserveFlight { claim: claim(trip), details: details(departure) };
    let answer = SupplierAnswer::Accepted { reference: "PNR-1".to_owned() };
    SearchRow::from_trip(command.apply(None, &answer, now()).trip.state())
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(1_772_326_800_120)
}

fn claim(trip: &str) -> Claim {
    Claim {
        trip_id: TripId::parse(trip).unwrap(),
        customer_id: CustomerId::parse("customer-1").unwrap(),
        saga_id: SagaId::parse("saga-1").unwrap(),
    }
}

fn details(departure: &str) -> TripDetails {
    let number = FlightNumber::parse("NH001").unwrap();
    let departure = TicketTime::parse(departure).unwrap();
    let arrival = TicketTime::parse("2099-01-01T00:00").unwrap();
    let flight = FlightDetails::new(number, departure, arrival, yen("50000"));
    let name = HotelName::parse("Grand Hotel Tokyo").unwrap();
    let days = ["2026-03-01", "2026-03-03"].map(|day| parse_date(day).unwrap());
    let hotel = HotelDetails::new(name, days[0], days[1], yen("30000"));
    TripDetails::new(flight, hotel, yen("80000")).unwrap()
}

fn yen(amount: &str) -> Money {
    Money::new(parse_amount(amount).unwrap(), parse_currency("JPY").unwrap()).unwrap()
}
