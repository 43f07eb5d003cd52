//! The second tier: what must hold across the fields of one request.

use std::fmt::Display;

use iso_currency::Currency;

use crate::details::{FlightTimes, TripPrices};
use crate::money::MoneyError;
use crate::{FieldError, FlightDetails, HotelDetails, Money, TripDetails};

use super::BookingRequest;

const ARRIVAL: &str = "flight_details.arrival_time";
const CHECK_OUT: &str = "hotel_details.check_out_date";

const ARRIVAL_AFTER_DEPARTURE: &str = "arrival_after_departure";
const OFFSET_ON_BOTH: &str = "offset_on_both";
const CHECK_OUT_AFTER_CHECK_IN: &str = "check_out_after_check_in";
const MINOR_UNIT: &str = "minor_unit";
const ONE_CURRENCY: &str = "one_currency";
const SUM_OF_PRICES: &str = "sum_of_prices";

/// The rules across fields, by their codes: all that a request of the right shape can break.
pub const RULES: [&str; 6] = [
    ARRIVAL_AFTER_DEPARTURE,
    OFFSET_ON_BOTH,
    CHECK_OUT_AFTER_CHECK_IN,
    MINOR_UNIT,
    ONE_CURRENCY,
    SUM_OF_PRICES,
];

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
    let (flight, hotel) = (&request.flight_details, &request.hotel_details);
    if let Err(error) = FlightDetails::check_times(&flight.departure_time, &flight.arrival_time) {
        broken.push(flight_times(error));
    }
    if let Err(error) = HotelDetails::check_dates(hotel.check_in_date, hotel.check_out_date) {
        broken.push(rule(CHECK_OUT, CHECK_OUT_AFTER_CHECK_IN, error));
    }
}

fn check_prices(request: &BookingRequest, broken: &mut Vec<FieldError>) -> Option<Prices> {
    let (flight, hotel) = (&request.flight_details, &request.hotel_details);
    let mut money = |field, value, currency| {
        let money = Money::new(value, currency);
        money.map_err(|error| broken.push(amount(field, currency, error))).ok()
    };
    let flight = money("flight_details.price_amount", flight.price_amount, flight.price_currency);
    let hotel = money("hotel_details.price_amount", hotel.price_amount, hotel.price_currency);
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
    let (flight, hotel) = (request.flight_details.clone(), request.hotel_details.clone());
    let flight = FlightDetails::new(
        flight.flight_number,
        flight.departure_time,
        flight.arrival_time,
        prices.flight,
    )
    .map_err(|error| vec![flight_times(error)])?;
    let hotel = HotelDetails::new(
        hotel.hotel_name,
        hotel.check_in_date,
        hotel.check_out_date,
        prices.hotel,
    )
    .map_err(|error| vec![rule(CHECK_OUT, CHECK_OUT_AFTER_CHECK_IN, error)])?;
    TripDetails::new(flight, hotel, prices.total).map_err(|error| vec![trip_prices(&error)])
}

fn flight_times(error: FlightTimes) -> FieldError {
    let code = match error {
        FlightTimes::ArrivalNotAfterDeparture => ARRIVAL_AFTER_DEPARTURE,
        FlightTimes::OffsetOnOne => OFFSET_ON_BOTH,
    };
    rule(ARRIVAL, code, error)
}

fn trip_prices(error: &TripPrices) -> FieldError {
    match error {
        TripPrices::MixedCurrencies => rule("currency", ONE_CURRENCY, error),
        TripPrices::NotTheSum(_) => rule("amount", SUM_OF_PRICES, error),
    }
}

fn amount(field: &str, currency: Currency, error: MoneyError) -> FieldError {
    match error {
        MoneyError::TooManyDecimals => rule(
            field,
            MINOR_UNIT,
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
