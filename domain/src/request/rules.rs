//! The second tier: what must hold across the fields of one request.

use std::fmt::Display;

use iso_currency::Currency;

use super::BookingRequest;
use super::times::{FlightTimes, StayDates, check_flight, check_stay};
use crate::details::TripPrices;
use crate::money::{MoneyError, decimals};
use crate::{FieldError, FlightDetails, HotelDetails, Money, TripDetails};

const ARRIVAL: &str = "flight_details.arrival_time";
const CHECK_OUT: &str = "hotel_details.check_out_date";

const ARRIVAL_AFTER_DEPARTURE: &str = "arrival_after_departure";
const ARRIVAL_WITHIN_THREE_DAYS: &str = "arrival_within_three_days";
const OFFSET_ON_BOTH: &str = "offset_on_both";
const CHECK_OUT_AFTER_CHECK_IN: &str = "check_out_after_check_in";
const STAY_WITHIN_TWO_YEARS: &str = "stay_within_two_years";
const MINOR_UNIT: &str = "minor_unit";
const ONE_CURRENCY: &str = "one_currency";
const SUM_OF_PRICES: &str = "sum_of_prices";

/// The codes of the rules across fields: all that a request of the right shape can break.
pub const RULES: [&str; 8] = [
    ARRIVAL_AFTER_DEPARTURE,
    ARRIVAL_WITHIN_THREE_DAYS,
    OFFSET_ON_BOTH,
    CHECK_OUT_AFTER_CHECK_IN,
    STAY_WITHIN_TWO_YEARS,
    MINOR_UNIT,
    ONE_CURRENCY,
    SUM_OF_PRICES,
];

impl BookingRequest {
    /// The requested trip, if the rules across fields hold.
    ///
    /// # Errors
    /// All rules that are broken, each of them one of [`RULES`].
    pub fn details(&self) -> Result<TripDetails, Vec<FieldError>> {
        let mut broken = Vec::new();
        check_order(self, &mut broken);
        match build(self, &mut broken) {
            Some(details) if broken.is_empty() => Ok(details),
            _ => Err(broken),
        }
    }
}

fn check_order(request: &BookingRequest, broken: &mut Vec<FieldError>) {
    let (flight, hotel) = (&request.flight_details, &request.hotel_details);
    if let Err(error) = check_flight(&flight.departure_time, &flight.arrival_time) {
        broken.push(flight_times(error));
    }
    if let Err(error) = check_stay(hotel.check_in_date, hotel.check_out_date) {
        broken.push(stay_dates(error));
    }
}

/// The trip with its prices, if they are valid individually and together.
fn build(request: &BookingRequest, broken: &mut Vec<FieldError>) -> Option<TripDetails> {
    let (flight, hotel) = (request.flight_details.clone(), request.hotel_details.clone());
    let mut money = |field, value, currency| {
        let money = Money::new(value, currency);
        money.map_err(|error| broken.push(amount(field, currency, error))).ok()
    };
    let fare = money("flight_details.price_amount", flight.price_amount.0, flight.price_currency);
    let rate = money("hotel_details.price_amount", hotel.price_amount.0, hotel.price_currency);
    let total = money("amount", request.amount.0, request.currency);
    let flight = FlightDetails {
        number: flight.flight_number,
        departure: flight.departure_time,
        arrival: flight.arrival_time,
        price: fare?,
    };
    let hotel = HotelDetails {
        name: hotel.hotel_name,
        check_in: hotel.check_in_date,
        check_out: hotel.check_out_date,
        price: rate?,
    };
    let details = TripDetails::new(flight, hotel, total?);
    details.map_err(|error| broken.push(trip_prices(&error))).ok()
}

fn flight_times(error: FlightTimes) -> FieldError {
    let code = match error {
        FlightTimes::NotAfterDeparture | FlightTimes::LongBeforeDeparture => {
            ARRIVAL_AFTER_DEPARTURE
        }
        FlightTimes::LongAfterDeparture => ARRIVAL_WITHIN_THREE_DAYS,
        FlightTimes::OffsetMissing | FlightTimes::OffsetAlone => OFFSET_ON_BOTH,
    };
    rule(ARRIVAL, code, error)
}

fn stay_dates(error: StayDates) -> FieldError {
    let code = match error {
        StayDates::SameDay | StayDates::BeforeCheckIn => CHECK_OUT_AFTER_CHECK_IN,
        StayDates::TooLong => STAY_WITHIN_TWO_YEARS,
    };
    rule(CHECK_OUT, code, error)
}

fn trip_prices(error: &TripPrices) -> FieldError {
    match error {
        TripPrices::MixedCurrencies => rule("currency", ONE_CURRENCY, error),
        TripPrices::NotTheSum(_) => rule("amount", SUM_OF_PRICES, error),
    }
}

fn amount(field: &str, currency: Currency, error: MoneyError) -> FieldError {
    let (code, finest) = (currency.code(), decimals(currency));
    match error {
        MoneyError::TooManyDecimals => rule(
            field,
            MINOR_UNIT,
            format!("has more decimals than {code} allows, which is {finest}"),
        ),
        other => rule(field, "positive", other),
    }
}

fn rule(field: &str, code: &str, detail: impl Display) -> FieldError {
    FieldError { field: field.to_owned(), code: code.to_owned(), detail: detail.to_string() }
}
