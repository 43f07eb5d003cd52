//! The request for a flight, and a hotel at its destination.

use domain::CustomerId;
use serde_json::{Value, json};

use super::flights::Flight;

/// Longest hotel name that is accepted, in characters.
const MAX_HOTEL_NAME: usize = 100;

/// A traveller's wishes.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    /// The trip's id.
    pub trip_id: &'a str,
    /// The flight to book.
    pub flight: &'a Flight,
    /// The length of the stay.
    pub nights: u16,
    /// Whether the total is a cent too high, which breaks a rule.
    pub is_miscounted: bool,
    /// How the suppliers behave: the request's `sandbox` object.
    pub sandbox: Value,
}

impl Wish<'_> {
    /// The body of the request.
    ///
    /// # Errors
    /// When the stay would end beyond the calendar.
    pub fn body(&self) -> Result<Value, jiff::Error> {
        let check_in = self.flight.arrival.date();
        let check_out = check_in.checked_add(jiff::Span::new().try_days(self.nights)?)?;
        let (fare, stay) = (fare(self.flight.miles), stay(self.flight.miles, self.nights));
        let total = fare + stay + u64::from(self.is_miscounted);
        Ok(json!({
            "trip_id": self.trip_id,
            "flight_details": {
                "flight_number": self.flight.number,
                "departure_time": self.flight.departure,
                "arrival_time": self.flight.arrival,
                "price_amount": dollars(fare),
                "price_currency": "USD",
            },
            "hotel_details": {
                "hotel_name": hotel(&self.flight.destination),
                "check_in_date": check_in,
                "check_out_date": check_out,
                "price_amount": dollars(stay),
                "price_currency": "USD",
            },
            "amount": dollars(total),
            "currency": "USD",
            "sandbox": self.sandbox,
        }))
    }
}

/// The id of the `number`th customer.
pub fn customer(number: usize) -> anyhow::Result<CustomerId> {
    Ok(CustomerId::parse(&format!("traveller-{number}"))?)
}

/// In cents: a base price, and eleven per mile.
fn fare(miles: u32) -> u64 {
    3_900 + 11 * u64::from(miles)
}

/// In cents: nights at distant places cost a little more.
fn stay(miles: u32, nights: u16) -> u64 {
    u64::from(nights) * (7_950 + 3 * u64::from(miles))
}

/// Cents as a decimal text: money never passes through a float.
fn dollars(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn hotel(destination: &str) -> String {
    format!("Hotel {}", destination.trim()).chars().take(MAX_HOTEL_NAME).collect()
}

#[cfg(test)]
mod tests {
    use domain::request::BookingRequest;

    use super::*;
    use crate::demo::flights;

    fn wish(flight: &Flight) -> Wish<'_> {
        Wish { trip_id: "demo-1", flight, nights: 3, is_miscounted: false, sandbox: json!({}) }
    }

    #[test]
    fn every_bundled_flight_gives_a_request_that_keeps_all_rules() {
        for flight in &flights::bundled().unwrap() {
            let body = wish(flight).body().unwrap();
            let request = BookingRequest::parse(&body).unwrap_or_else(|e| panic!("{e:?}: {body}"));
            request.details().unwrap_or_else(|e| panic!("{e:?}: {body}"));
        }
    }

    #[test]
    fn a_cent_too_much_breaks_the_rule_of_the_sum_and_no_other() {
        let flights = flights::bundled().unwrap();
        let body = Wish { is_miscounted: true, ..wish(&flights[0]) }.body().unwrap();
        let broken = BookingRequest::parse(&body).unwrap().details().unwrap_err();
        let codes: Vec<_> = broken.iter().map(|error| error.code.as_str()).collect();
        assert_eq!(codes, ["sum_of_prices"]);
    }

    #[test]
    fn prices_come_from_the_distance_exactly() {
        let flights = flights::bundled().unwrap();
        let flight = Flight { miles: 1_089, ..flights[0].clone() };
        let body = wish(&flight).body().unwrap();
        assert_eq!(body["flight_details"]["price_amount"], "158.79");
        assert_eq!(body["hotel_details"]["price_amount"], "336.51");
        assert_eq!(body["amount"], "495.30");
    }

    #[test]
    fn a_long_airport_name_makes_a_hotel_name_that_is_just_accepted() {
        assert_eq!(hotel(" Miami Intl "), "Hotel Miami Intl");
        assert_eq!(hotel(&"é".repeat(200)).chars().count(), MAX_HOTEL_NAME);
    }
}
