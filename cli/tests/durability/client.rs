//! A caller that does not give up: it repeats a booking until it knows that it was accepted.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use local::Urls;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::StatusCode;
use serde_json::Value;
use testing::Booking;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;

/// The injected faults: each is over within a minute, even in a system that keeps being killed.
const SANDBOXES: [&str; 12] = [
    "{}",
    "{}",
    "{}",
    r#"{"flight": "unavailable"}"#,
    r#"{"hotel": "unavailable"}"#,
    r#"{"payment": "declined"}"#,
    r#"{"flight": "error:2"}"#,
    r#"{"hotel": "slow"}"#,
    r#"{"payment": "error"}"#,
    r#"{"payment": "timeout_after_effect:1"}"#,
    r#"{"hotel": "error", "flight_cancel": "error:2"}"#,
    r#"{"payment": "late_effect", "payment_refund": "error:1"}"#,
];

/// Books trips in the background, at the system's present address.
pub(crate) struct Client {
    urls: watch::Sender<Urls>,
    bookings: Mutex<JoinSet<String>>,
}

impl Client {
    pub(crate) fn new(urls: Urls) -> Self {
        Self { urls: watch::Sender::new(urls), bookings: Mutex::default() }
    }

    /// Tells the caller the new address after a restart.
    pub(crate) fn moved_to(&self, urls: Urls) {
        self.urls.send_replace(urls);
    }

    /// Starts to book trips with faults that the seed decides.
    pub(crate) fn book(&self, trips: Range<usize>, seed: u64) {
        let mut random = StdRng::seed_from_u64(seed);
        let mut bookings = self.bookings.try_lock().unwrap();
        for trip in trips {
            let sandbox = SANDBOXES[random.random_range(0..SANDBOXES.len())];
            let body = body(trip, serde_json::from_str(sandbox).unwrap());
            bookings.spawn(until_accepted(self.urls.subscribe(), body));
        }
    }

    /// The ids of all trips, once each was accepted.
    pub(crate) async fn all_accepted(&self) -> BTreeSet<String> {
        let mut bookings = self.bookings.lock().await;
        let mut accepted = BTreeSet::new();
        while let Some(trip) = bookings.join_next().await {
            accepted.insert(trip.unwrap());
        }
        accepted
    }
}

async fn until_accepted(mut urls: watch::Receiver<Urls>, body: Value) -> String {
    let client = reqwest::Client::new();
    loop {
        let api = urls.borrow_and_update().api.clone();
        let request = client.post(format!("{api}/trips")).bearer_auth("dev-customer-1");
        match request.json(&body).send().await.map(|answer| answer.status()) {
            // 409 if an earlier request was accepted but its answer was lost, and its saga has
            // ended.
            Ok(StatusCode::ACCEPTED | StatusCode::CONFLICT) => {
                return body["trip_id"].as_str().unwrap().to_owned();
            }
            Ok(
                StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::TOO_MANY_REQUESTS,
            )
            | Err(_) => {}
            Ok(status) => panic!("{status}"),
        }
        // The system is restarting: its address follows when it is up again.
        let _moved = tokio::time::timeout(Duration::from_millis(500), urls.changed()).await;
    }
}

fn body(trip: usize, sandbox: Value) -> Value {
    let day = format!("2026-03-{:02}", trip % 28 + 1);
    let booking = Booking::new(&format!("trip-{trip:04}")).with_sandbox(sandbox);
    booking.departing(&format!("{day}T10:00:00")).body().clone()
}
