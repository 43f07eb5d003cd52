//! Bookings of real flights, each with a hotel at its destination.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

/// A line of the file, as far as it is needed.
#[derive(Deserialize)]
pub struct Flight {
    carrier: String,
    number: String,
    destination_name: String,
    departure: String,
    arrival: String,
    distance_miles: u32,
    cancelled: String,
}

/// So many flights that were flown.
///
/// # Errors
/// When the file cannot be read, or has too few.
pub fn flights(file: &Path, count: usize) -> anyhow::Result<Vec<Flight>> {
    let mut lines = csv::Reader::from_path(file)?;
    let flights = lines.deserialize::<Flight>().collect::<Result<Vec<_>, _>>()?;
    let flown = flights.into_iter().filter(|flight| flight.cancelled == "no");
    let flights: Vec<_> = flown.take(count).collect();
    ensure!(flights.len() == count, "the file has {} flights", flights.len());
    Ok(flights)
}

/// Books a trip for each flight.
///
/// # Errors
/// When a booking is not accepted.
pub async fn book(api: &str, flights: &[Flight]) -> anyhow::Result<()> {
    let http = Client::new();
    for (number, flight) in flights.iter().enumerate() {
        one(&http, api, number, &flight.booking()?).await?;
    }
    Ok(())
}

/// Books one trip, when the system has room for it.
async fn one(http: &Client, api: &str, number: usize, booking: &Value) -> anyhow::Result<()> {
    loop {
        let request = http.post(format!("{api}/trips")).json(booking);
        let answer = request.bearer_auth(format!("dev-customer-{}", number + 1)).send().await?;
        if answer.status() != StatusCode::TOO_MANY_REQUESTS {
            answer.error_for_status()?;
            return Ok(());
        }
        sleep(Duration::from_millis(200)).await;
    }
}

impl Flight {
    /// The request. The system gives the trip its id.
    fn booking(&self) -> anyhow::Result<Value> {
        let (fare, stay) = (3_900 + 11 * self.distance_miles, 15_900 + 6 * self.distance_miles);
        let (check_in, _) = self.arrival.split_once('T').context("an arrival without a time")?;
        Ok(json!({
            "flight_details": {
                "flight_number": format!("{}{}", self.carrier, self.number),
                "departure_time": self.departure,
                "arrival_time": self.arrival,
                "price_amount": dollars(fare),
                "price_currency": "USD",
            },
            "hotel_details": {
                "hotel_name": format!("Hotel {}", self.destination_name.trim()),
                "check_in_date": check_in,
                "check_out_date": "2013-04-15",
                "price_amount": dollars(stay),
                "price_currency": "USD",
            },
            "amount": dollars(fare + stay),
            "currency": "USD",
        }))
    }
}

/// Cents as a decimal text.
fn dollars(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
