//! The booking with which the console's form is filled in: a real flight, moved into the future.

use anyhow::Context;
use domain::{TicketTime, Timestamp};
use jiff::Span;
use serde_json::{Value, json};

use super::booking::Wish;
use super::flights::{self, Flight};

/// How long the stay is.
const NIGHTS: u16 = 3;
/// How far ahead a flight departs, at least: so it keeps its day of the week.
const WEEKS_AHEAD: i64 = 4;

/// The body of a request for one of the bundled flights; which one, the time decides. Where there
/// is none that can be moved, the flight that needs no file.
#[must_use]
pub fn example(now: Timestamp) -> Value {
    real(now).unwrap_or_else(|_| local::example_booking(now))
}

fn real(now: Timestamp) -> anyhow::Result<Value> {
    let mut flights = flights::bundled()?;
    flights.retain(|flight| !flight.is_cancelled);
    let place = usize::try_from(now.as_millis())? % flights.len();
    let flight = moved(&flights[place], now)?;
    let wish = Wish {
        trip_id: "",
        flight: &flight,
        nights: NIGHTS,
        is_miscounted: false,
        sandbox: json!({}),
    };
    let mut body = wish.body()?;
    // The API chooses the id.
    body.as_object_mut().context("a request is an object")?.remove("trip_id");
    Ok(body)
}

/// The same flight by whole weeks later, about a month from now.
fn moved(flight: &Flight, now: Timestamp) -> anyhow::Result<Flight> {
    let today = now.as_jiff().to_zoned(jiff::tz::TimeZone::UTC).date();
    let days = today.since((jiff::Unit::Day, flight.departure.date()))?.get_days();
    let weeks = i64::from(days) / 7 + WEEKS_AHEAD + 1;
    let later = |time: &TicketTime| -> anyhow::Result<TicketTime> {
        let text = time.to_string();
        let date = time.date().checked_add(Span::new().try_weeks(weeks)?)?;
        let rest = text.split_once('T').context("a time has a T")?.1;
        Ok(TicketTime::parse(&format!("{date}T{rest}"))?)
    };
    let (departure, arrival) = (later(&flight.departure)?, later(&flight.arrival)?);
    Ok(Flight { departure, arrival, ..flight.clone() })
}

#[cfg(test)]
mod tests {
    use domain::request::BookingRequest;

    use super::*;

    #[test]
    fn the_example_is_a_real_flight_within_the_usual_window_of_a_search() {
        for millis in 0..200 {
            let now = Timestamp::from_millis(1_770_000_000_000 + millis);
            let body = real(now).unwrap();
            let request = BookingRequest::parse(&body).unwrap();
            let details = request.details().unwrap_or_else(|error| panic!("{error:?}: {body}"));
            let ahead = details
                .flight()
                .departure
                .date()
                .since((jiff::Unit::Day, now.as_jiff().to_zoned(jiff::tz::TimeZone::UTC).date()));
            assert!((28..=42).contains(&ahead.unwrap().get_days()), "{body}");
            assert!(request.trip_id.is_none());
        }
    }
}
