//! `kill -9` during bookings: every accepted booking reaches its end, and nothing is lost or
//! duplicated.
//!
//! `TRIP_TEST_SEED` repeats a run; the seed is printed.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod findings;
mod trip_up;

use std::time::Duration;

use rand::Rng;
use testing::seeded;

use self::client::Client;
use self::trip_up::TripUp;

const KILLS: usize = 20;
const TRIPS: usize = 300;

#[tokio::test(flavor = "multi_thread")]
async fn twenty_kills_lose_nothing_that_was_accepted() {
    let mut random = seeded();
    let directory = tempfile::tempdir().unwrap();
    let mut up = TripUp::start(directory.path());
    let client = Client::new(up.urls());
    let wave = TRIPS / KILLS;
    for kill in 0..KILLS {
        client.book(kill * wave..(kill + 1) * wave, random.random());
        tokio::time::sleep(Duration::from_millis(random.random_range(5..350))).await;
        up.kill();
        up = TripUp::start(directory.path());
        client.moved_to(up.urls());
    }
    let accepted = client.all_accepted().await;
    assert_eq!(accepted.len(), TRIPS);
    findings::settle(up.urls(), &accepted).await;
    findings::check(up.urls(), &accepted).await;
    up.verify();
}
