//! A client made by openapi-generator: books, polls, pages, cancels and reads errors. Its argument
//! is the API's URL.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use trip_saga_client::apis::Error;
use trip_saga_client::apis::configuration::Configuration;
use trip_saga_client::apis::trips_api::{
    book_trip, cancel_trip, get_timeline, get_trip, search_trips,
};
use trip_saga_client::models::{
    BookingRequest, Currency, ErrorCode, FlightDetails, HotelDetails, Problem, TripStatus,
};

fn booking(trip_id: &str, amount: &str) -> BookingRequest {
    let flight = FlightDetails::new(
        "NH001".to_owned(),
        "2026-03-01T10:00:00".to_owned(),
        "2026-03-01T14:00:00".to_owned(),
        "500.10".to_owned(),
        Currency::Usd,
    );
    let hotel = HotelDetails::new(
        "Grand Hotel Tokyo".to_owned(),
        "2026-03-01".to_owned(),
        "2026-03-03".to_owned(),
        "300".to_owned(),
        Currency::Usd,
    );
    let booking = BookingRequest::new(flight, hotel, amount.to_owned(), Currency::Usd);
    BookingRequest { trip_id: Some(trip_id.to_owned()), ..booking }
}

/// Asks until the answer is yes.
async fn eventually(what: &str, ask: impl AsyncFn() -> Result<bool>) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(60) {
        if ask().await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("{what}: not within a minute")
}

async fn reaches(api: &Configuration, trip_id: &str, status: TripStatus) -> Result<()> {
    eventually(&format!("{trip_id} is {status}"), async || {
        Ok(get_trip(api, trip_id).await.is_ok_and(|trip| trip.status == status))
    })
    .await
}

/// How many trips are confirmed, read one a page.
async fn confirmed(api: &Configuration) -> Result<usize> {
    let (mut found, mut cursor) = (0, None::<String>);
    loop {
        let (status, window) =
            (vec![TripStatus::Confirmed], (Some("2026-03-01"), Some("2026-03-31")));
        let page = search_trips(
            api,
            Some(status),
            None,
            window.0,
            window.1,
            None,
            Some(1),
            cursor.as_deref(),
        );
        let page = page.await?;
        found += page.trips.len();
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return Ok(found),
        }
    }
}

/// The problem with which a call was refused. The client's own enum of problems is untagged, so its
/// first variant accepts the problem of any status.
fn problem<T, E>(answer: Result<T, Error<E>>) -> Result<Problem> {
    match answer {
        Err(Error::ResponseError(response)) => Ok(serde_json::from_str(&response.content)?),
        _ => bail!("this must be refused, with a problem"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let url = std::env::args().nth(1).context("name the API's URL")?;
    let api = Configuration {
        base_path: url.clone(),
        bearer_access_token: Some("dev-customer-rust".to_owned()),
        ..Configuration::default()
    };
    for trip_id in ["rust-1", "rust-2"] {
        let accepted = book_trip(&api, booking(trip_id, "800.10")).await?;
        ensure!(accepted.trip_id == trip_id, "{accepted:?}");
        reaches(&api, trip_id, TripStatus::Confirmed).await?;
    }
    eventually("both are on pages", async || Ok(confirmed(&api).await? == 2)).await?;

    let timeline = get_timeline(&api, "rust-1").await?;
    ensure!(timeline.events.len() == 4, "{timeline:?}");
    cancel_trip(&api, "rust-1").await?;
    reaches(&api, "rust-1", TripStatus::Cancelled).await?;

    let unknown = problem(get_trip(&api, "rust-3").await)?;
    ensure!(unknown.code == ErrorCode::TripNotFound, "{unknown:?}");
    let page = api.client.get(format!("{url}{}", unknown.r#type)).send().await?;
    ensure!(page.status() == 200, "{page:?}");
    let refused = problem(book_trip(&api, booking("rust-3", "a lot")).await)?;
    let fields = refused.errors.iter().flatten().map(|error| error.field.as_str());
    ensure!(fields.eq(["amount"]), "no list of what is wrong");
    Ok(())
}
