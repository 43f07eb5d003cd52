//! `kill -9` during bookings: every accepted booking reaches its end, and nothing is lost or
//! duplicated.
//!
//! `TRIP_TEST_SEED` repeats a run; the seed is printed.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod findings;
mod subscriber;
mod trip_up;

use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;
use testing::seeded;

use self::client::Client;
use self::subscriber::Subscriber;
use self::trip_up::TripUp;

const KILLS: usize = 20;
const TRIPS: usize = 300;
/// The same for a system on an ordered bus.
const ORDERED_KILLS: usize = 8;
const ORDERED_TRIPS: usize = 80;

#[tokio::test(flavor = "multi_thread")]
async fn twenty_kills_lose_nothing_that_was_accepted() {
    let mut random = seeded();
    let directory = tempfile::tempdir().unwrap();
    let mut up = TripUp::start(directory.path(), "classic");
    let client = Client::new(up.urls());
    let wave = TRIPS / KILLS;
    for kill in 0..KILLS {
        client.book(kill * wave..(kill + 1) * wave, random.random());
        up = killed_and_started(up, &mut random).await;
        client.moved_to(up.urls());
    }
    let accepted = client.all_accepted().await;
    assert_eq!(accepted.len(), TRIPS);
    findings::settle(up.urls(), &accepted).await;
    findings::check(up.urls(), &accepted).await;
    up.verify();
}

/// With its dispatcher, its ordered bus and the subscriber's place on it: whatever was going on,
/// the subscriber is sent each trip's events in order and without a gap.
#[tokio::test(flavor = "multi_thread")]
async fn a_fifo_subscriber_misses_nothing_of_a_system_that_is_killed() {
    let mut random = seeded();
    let directory = tempfile::tempdir().unwrap();
    let mut up = TripUp::start(directory.path(), "ordered");
    let client = Client::new(up.urls());
    let subscriber = Subscriber::of(&up.urls()).await;
    let wave = ORDERED_TRIPS / ORDERED_KILLS;
    for kill in 0..ORDERED_KILLS {
        client.book(kill * wave..(kill + 1) * wave, random.random());
        up = killed_and_started(up, &mut random).await;
        client.moved_to(up.urls());
    }
    let accepted = client.all_accepted().await;
    findings::settle(up.urls(), &accepted).await;
    findings::check(up.urls(), &accepted).await;
    subscriber.settle(&up.urls()).await;
    subscriber.check(findings::published(&up.urls()).await);
}

/// Kills a system after a moment, and starts it again on the same directory.
async fn killed_and_started(mut up: TripUp, random: &mut StdRng) -> TripUp {
    tokio::time::sleep(Duration::from_millis(random.random_range(5..350))).await;
    up.kill();
    up.again()
}
