//! Chance that repeats itself.

use std::env;

use rand::SeedableRng;
use rand::rngs::StdRng;

/// The seed in `TRIP_TEST_SEED`, else a fresh one that is short enough to type. It is printed, so
/// that a failed test says what repeats it.
#[must_use]
pub fn seed() -> u64 {
    let seed = match env::var("TRIP_TEST_SEED") {
        Ok(seed) => seed.parse().expect("TRIP_TEST_SEED is a number"),
        Err(_) => rand::random::<u32>().into(),
    };
    println!("TRIP_TEST_SEED={seed}");
    seed
}

/// Numbers drawn from [`seed`].
#[must_use]
pub fn seeded() -> StdRng {
    StdRng::seed_from_u64(seed())
}
