//! The second tier: what must hold across the fields of one request.

use std::fmt::Display;

use iso_currency::Currency;

use crate::details::{FlightTimes, TripPrices};
use crate::money::MoneyError;
use crate::{FieldError, FlightDetails, HotelDetails, Money, TripDetails};

use super::BookingRequest;

const ARRIVAL: &str = "flight_details.arrival_time";
const CHECK_OUT: &str = "hotel_details.check_out_date";

/// Checks every rule, and builds what is asked for where all of them hold.
pub(super) fn check(request: &BookingRequest) -> Result<TripDetails, Vec<FieldError>> {
    let mut broken = Vec::new();
    check_order(request, &mut broken);
    match check_prices(request, &mut broken) {
        Some(prices) if broken.is_empty() => build(request, &prices),
        _ => Err(broken),
    }
}

struct Prices {
    flight: Money,
    hotel: Money,
    total: Money,
}

fn check_order(request: &BookingRequest, broken: &mut Vec<FieldError>) {
    let (flight, hotel) = (&request.flight, &request.hotel);
    if let Err(error) = FlightDetails::check_times(&flight.departure, &flight.arrival) {
        broken.push(flight_times(error));
    }
    if let Err(error) = HotelDetails::check_dates(hotel.check_in, hotel.check_out) {
        broken.push(rule(CHECK_OUT, "check_out_after_check_in", error));
    }
}

fn check_prices(request: &BookingRequest, broken: &mut Vec<FieldError>) -> Option<Prices> {
    let (flight, hotel) = (&request.flight, &request.hotel);
    let mut money = |field, value, currency| {
        let money = Money::new(value, currency);
        money.map_err(|error| broken.push(amount(field, currency, error))).ok()
    };
    let flight = money("flight_details.price_amount", flight.price, flight.currency);
    let hotel = money("hotel_details.price_amount", hotel.price, hotel.currency);
    let total = money("amount", request.amount, request.currency);
    let prices = Prices { flight: flight?, hotel: hotel?, total: total? };
    match TripDetails::check_prices(prices.flight, prices.hotel, prices.total) {
        Ok(()) => Some(prices),
        Err(error) => {
            broken.push(trip_prices(&error));
            None
        }
    }
}

fn build(request: &BookingRequest, prices: &Prices) -> Result<TripDetails, Vec<FieldError>> {
    let (flight, hotel) = (request.flight.clone(), request.hotel.clone());
    let flight = FlightDetails::new(flight.number, flight.departure, flight.arrival, prices.flight)
        .map_err(|error| vec![flight_times(error)])?;
    let hotel = HotelDetails::new(hotel.name, hotel.check_in, hotel.check_out, prices.hotel)
        .map_err(|error| vec![rule(CHECK_OUT, "check_out_after_check_in", error)])?;
    TripDetails::new(flight, hotel, prices.total).map_err(|error| vec![trip_prices(&error)])
}

fn flight_times(error: FlightTimes) -> FieldError {
    let code = match error {
        FlightTimes::ArrivalNotAfterDeparture => "arrival_after_departure",
        FlightTimes::OffsetOnOne => "offset_on_both",
    };
    rule(ARRIVAL, code, error)
}

fn trip_prices(error: &TripPrices) -> FieldError {
    match error {
        TripPrices::MixedCurrencies => rule("currency", "one_currency", error),
        TripPrices::NotTheSum(_) => rule("amount", "sum_of_prices", error),
    }
}

fn amount(field: &str, currency: Currency, error: MoneyError) -> FieldError {
    match error {
        MoneyError::TooManyDecimals => rule(
            field,
            "minor_unit",
            format!(
                "has more decimals than {} allows, which is {}",
                currency.code(),
                finest(currency)
            ),
        ),
        other => rule(field, "positive", other),
    }
}

fn finest(currency: Currency) -> u16 {
    currency.exponent().unwrap_or(0)
}

fn rule(field: &str, code: &str, detail: impl Display) -> FieldError {
    FieldError { field: field.to_owned(), code: code.to_owned(), detail: detail.to_string() }
}
