//! The flights that the demo books: real ones, bundled with the command or read from a file.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use domain::TicketTime;
use domain::details::FlightNumber;
use serde::Deserialize;

const BUNDLED: &str = include_str!("../../data/flights-2013-03.csv");

/// A flight as it was scheduled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// The airline's designator and its number.
    pub number: FlightNumber,
    /// As printed on the ticket.
    pub departure: TicketTime,
    /// As printed on the ticket.
    pub arrival: TicketTime,
    /// The name of the airport that it flies to.
    pub destination: String,
    /// The distance, in miles.
    pub miles: u32,
    /// Whether it never left, so that nobody can have been on it.
    pub is_cancelled: bool,
}

/// A line of the file. Other columns are ignored.
#[derive(Deserialize)]
struct Line {
    carrier: String,
    number: String,
    destination_name: String,
    departure: String,
    arrival: String,
    distance_miles: u32,
    cancelled: String,
}

/// The bundled flights.
///
/// # Errors
/// As [`parse`], but the bundled flights cause none.
pub fn bundled() -> anyhow::Result<Vec<Flight>> {
    parse(BUNDLED)
}

/// The flights of a CSV file.
///
/// # Errors
/// When the file cannot be read, or as [`parse`].
pub fn read(file: &Path) -> anyhow::Result<Vec<Flight>> {
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    parse(&text).with_context(|| format!("{name} holds no flights that can be booked"))
}

/// Reads flights from CSV text with a header.
///
/// # Errors
/// The first line that is not a flight, and why; or that there are no flights.
pub fn parse(csv: &str) -> anyhow::Result<Vec<Flight>> {
    let mut flights = Vec::new();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    for (index, line) in reader.deserialize::<Line>().enumerate() {
        // The header is the first line of the file.
        let flight = line.map_err(anyhow::Error::from).and_then(Line::flight);
        flights.push(flight.with_context(|| format!("line {}", index + 2))?);
    }
    ensure!(!flights.is_empty(), "there is no line below the header");
    Ok(flights)
}

impl Line {
    fn flight(self) -> anyhow::Result<Flight> {
        let is_cancelled = match self.cancelled.as_str() {
            "yes" => true,
            "no" => false,
            _ => anyhow::bail!("cancelled must be yes or no"),
        };
        let number = FlightNumber::parse(&format!("{}{}", self.carrier, self.number));
        Ok(Flight {
            number: number.context("carrier and number")?,
            departure: TicketTime::parse(&self.departure).context("departure")?,
            arrival: TicketTime::parse(&self.arrival).context("arrival")?,
            destination: self.destination_name,
            miles: self.distance_miles,
            is_cancelled,
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const HEADER: &str =
        "carrier,number,destination_name,departure,arrival,distance_miles,cancelled";

    #[test]
    fn the_bundled_flights_are_5000_in_march_2013_and_some_of_them_never_left() {
        let flights = bundled().unwrap();
        assert_eq!(flights.len(), 5_000);
        assert!(flights.iter().all(|flight| flight.departure.to_string().starts_with("2013-03-")));
        assert!(flights.iter().all(|flight| flight.departure.has_offset()));
        let cancelled = flights.iter().filter(|flight| flight.is_cancelled).count();
        assert!((1..500).contains(&cancelled), "{cancelled}");
    }

    #[test]
    fn columns_may_come_in_another_order_and_with_others() {
        let csv = "cancelled,gate,number,carrier,destination_name,arrival,departure,distance_miles\n\
            yes,B4,475,UA,George Bush,2013-03-01T08:10-06:00,2013-03-01T05:15-05:00,1400\n";
        let [flight] = parse(csv).unwrap().try_into().unwrap();
        assert_eq!(flight.number.to_string(), "UA475");
        assert_eq!((flight.destination.as_str(), flight.miles), ("George Bush", 1400));
        assert!(flight.is_cancelled);
    }

    #[rstest]
    #[case("UA,475,X,2013-03-01T05:15,2013-03-01T08:10,1400,maybe", "cancelled must be yes or no")]
    #[case("UA,x,X,2013-03-01T05:15,2013-03-01T08:10,1400,no", "carrier and number")]
    #[case("UA,475,X,tomorrow,2013-03-01T08:10,1400,no", "departure")]
    #[case("UA,475,X,2013-03-01T05:15,2013-03-01T08:10,-4,no", "invalid digit")]
    #[case("UA,475", "line 2")]
    #[case("", "no line below the header")]
    fn a_line_that_is_not_a_flight_is_named_with_its_reason(#[case] line: &str, #[case] why: &str) {
        let error = format!("{:#}", parse(&format!("{HEADER}\n{line}\n")).unwrap_err());
        assert!(error.contains(why), "{error}");
    }
}
