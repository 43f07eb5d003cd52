//! Clients that book, each sending its next booking when the last one was answered.

use std::time::Duration;

use futures::future::try_join_all;
use reqwest::StatusCode;
use serde_json::json;
use tokio::time::{Instant, sleep, timeout_at};

/// Most bookings of one client, whatever the time.
const MOST: u64 = 100_000;

/// How a run's bookings were answered.
#[derive(Clone, Copy, Default)]
pub struct Answers {
    /// 202.
    pub accepted: u64,
    /// 429.
    pub refused: u64,
    /// Anything else, or no answer.
    pub failed: u64,
}

/// Lets `clients` book at once for so many seconds.
///
/// # Errors
/// When no client can be built.
pub async fn book(
    api: &str,
    clients: usize,
    seconds: u64,
    impatient: bool,
) -> anyhow::Result<Answers> {
    let end = Instant::now() + Duration::from_secs(seconds);
    let http = reqwest::Client::builder().pool_max_idle_per_host(clients).build()?;
    let all = (0..clients).map(|client| one(&http, api, client, end, impatient));
    let all = try_join_all(all).await?;
    Ok(all.into_iter().fold(Answers::default(), |sum, one| Answers {
        accepted: sum.accepted + one.accepted,
        refused: sum.refused + one.refused,
        failed: sum.failed + one.failed,
    }))
}

/// Books one trip.
///
/// # Errors
/// When it is not accepted.
pub async fn book_one(api: &str, trip: &str) -> anyhow::Result<()> {
    let request = reqwest::Client::new().post(format!("{api}/trips")).bearer_auth("dev-customer-1");
    request.json(&booking(trip)).send().await?.error_for_status()?;
    Ok(())
}

async fn one(
    http: &reqwest::Client,
    api: &str,
    client: usize,
    end: Instant,
    impatient: bool,
) -> anyhow::Result<Answers> {
    let mut answers = Answers::default();
    for number in 0..MOST {
        let request = http.post(format!("{api}/trips"));
        let request = request.header("Authorization", format!("Bearer dev-customer-{client}"));
        let Ok(answer) =
            timeout_at(end, request.json(&booking(&format!("load-{client}-{number}"))).send())
                .await
        else {
            break;
        };
        match answer.as_ref().map(reqwest::Response::status) {
            Ok(StatusCode::ACCEPTED) => answers.accepted += 1,
            Ok(StatusCode::TOO_MANY_REQUESTS) => answers.refused += 1,
            _ => answers.failed += 1,
        }
        let wait =
            answer.ok().filter(|answer| !impatient && answer.status() != StatusCode::ACCEPTED);
        if let Some(answer) = wait {
            let seconds = answer.headers().get("retry-after").and_then(|text| text.to_str().ok());
            let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(1);
            sleep(Duration::from_secs(seconds)).await;
        }
        if Instant::now() >= end {
            break;
        }
    }
    Ok(answers)
}

fn booking(trip: &str) -> serde_json::Value {
    json!({
        "trip_id": trip,
        "flight_details": {
            "flight_number": "NH1",
            "departure_time": "2030-03-01T10:00:00", "arrival_time": "2030-03-01T14:00:00",
            "price_amount": "50000", "price_currency": "JPY"
        },
        "hotel_details": {
            "hotel_name": "Grand Hotel Tokyo",
            "check_in_date": "2030-03-01", "check_out_date": "2030-03-03",
            "price_amount": "30000", "price_currency": "JPY"
        },
        "amount": "80000", "currency": "JPY"
    })
}
