//! A booking to begin with, where no real flights are at hand.

use domain::Timestamp;
use jiff::ToSpan;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// The body of a request that keeps all rules: a flight in a month, and three nights.
#[must_use]
pub fn example(now: Timestamp) -> Value {
    let today = now.as_jiff().to_zoned(TimeZone::UTC).date();
    let departs = today.saturating_add(1.month());
    let returns = departs.saturating_add(3.days());
    json!({
        "flight_details": {
            "flight_number": "NH1",
            "departure_time": format!("{departs}T10:00:00"),
            "arrival_time": format!("{departs}T14:30:00"),
            "price_amount": "50000",
            "price_currency": "JPY",
        },
        "hotel_details": {
            "hotel_name": "Grand Hotel Tokyo",
            "check_in_date": departs,
            "check_out_date": returns,
            "price_amount": "30000",
            "price_currency": "JPY",
        },
        "amount": "80000",
        "currency": "JPY",
    })
}

#[cfg(test)]
mod tests {
    use domain::request::BookingRequest;

    use super::*;

    #[test]
    fn the_example_keeps_all_rules_also_at_the_end_of_a_month() {
        let body = example("2026-01-31T12:00:00.000Z".parse().unwrap());
        assert!(BookingRequest::parse(&body).unwrap().details().is_ok(), "{body}");
    }
}
