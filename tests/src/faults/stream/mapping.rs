//! What can go wrong between a stream and its consumers: the real dispatcher and projector behind
//! the event source mapping, on a stream whose records were captured from DynamoDB Local and whose
//! shards a test cuts.

mod bisected;
mod consumer;
mod exhausted;
mod family;
mod journal;
mod kept;
mod lanes;
mod optional;
mod play;
mod served;
mod split;
mod world;

use std::env;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// How many schedules a randomised row is tried under.
const SCHEDULES: usize = 8;

/// What a row's schedules are drawn from: the seed in `TRIP_TEST_SEED`, or so many others. What a
/// failed test prints last is its seed.
fn schedules(fault: u8) -> impl Iterator<Item = StdRng> {
    let seeds: Vec<u64> = match env::var("TRIP_TEST_SEED") {
        Ok(seed) => vec![seed.parse().expect("TRIP_TEST_SEED is a number")],
        Err(_) => (0..SCHEDULES).map(|_| rand::rng().random()).collect(),
    };
    crate::faults::schedules(fault, seeds.len());
    seeds.into_iter().map(random)
}

fn random(seed: u64) -> StdRng {
    println!("TRIP_TEST_SEED={seed}");
    StdRng::seed_from_u64(seed)
}
