//! The soak, for one short round.

use bed::soak::round;

const TRIPS: usize = 24;

/// Replays a round from `TRIP_TEST_SEED`; another one each time without it.
#[tokio::test(flavor = "multi_thread")]
async fn a_soaked_system_settles_without_a_violation() {
    let seed = testing::seed();
    let tally = round(seed, TRIPS).await;
    println!("{tally}");
    assert!(tally.violations.is_empty(), "seed {seed}\n{tally}");
    assert_eq!(tally.outcomes.values().sum::<usize>(), TRIPS);
    assert!(tally.stops + tally.deaths > 0 && !tally.faults.is_empty());
}
