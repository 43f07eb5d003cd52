//! The whole system before an ordered bus, while its dispatcher's process is killed again and
//! again: what a FIFO subscriber was sent.

mod log;
mod stage;

use std::env;
use std::time::Duration;

use cli::demo::{Plan, flights};
use rand::Rng;
use rand::rngs::StdRng;
use testing::seeded;

use self::stage::Stage;
use crate::faults::schedules;

/// How often the process is killed, unless the trips are fewer.
const KILLS: usize = 20;
/// How many trips; `TRIP_TEST_TRIPS` says another number.
const TRIPS: usize = 60;
/// The share of trips whose suppliers fail, refuse or fall silent.
const TROUBLED: f64 = 0.6;
/// The longest time in milliseconds from an invocation's begin to its end by a kill.
const UNTIL_KILL: u64 = 40;

/// Three steps fail at random, the bus throttles every tenth call of the dispatcher and some of
/// the entries, the dispatcher's process is killed twenty times, the sweeper runs beside it, and
/// the subscriber's target refuses one event in ten. Each trip comes in order, whole, and once.
#[tokio::test(flavor = "multi_thread")]
async fn fault_79_a_system_whose_dispatcher_is_killed_publishes_each_trip_in_order() {
    let mut random = seeded();
    let trips = env::var("TRIP_TEST_TRIPS").map_or(TRIPS, |count| count.parse().unwrap());
    let flights = flights::bundled().unwrap();
    let plan = Plan::draw(random.random(), trips, TROUBLED, &flights).unwrap();
    let stage = Stage::set(&mut random).await;
    let dispatching = stage.dispatch().await;
    let waves = plan.trips.chunks((trips / KILLS).max(1));
    let kills = waves.len();
    for wave in waves {
        tokio::join!(stage.book(wave), kill(&stage, &mut random));
    }
    stage.settled().await;
    drop(dispatching);
    let committed = stage.committed(&plan).await;
    let verdict = stage.log.verdict();
    println!(
        "{trips} trips, the dispatcher was killed {kills} times, {} of them in an invocation, {} \
         calls throttled: {verdict}",
        stage.consumer.ended(),
        stage.throttled(),
    );
    assert!(verdict.is_perfect(), "{verdict}");
    assert_eq!((verdict.groups, verdict.events), (trips, committed));
    assert!(stage.consumer.starts() > 1 && stage.throttled() > 0);
    schedules(79, kills);
}

/// Kills the process a moment after an invocation has begun.
async fn kill(stage: &Stage, random: &mut StdRng) {
    stage.consumer.begins().await;
    tokio::time::sleep(Duration::from_millis(random.random_range(0..UNTIL_KILL))).await;
    stage.consumer.kill().await;
}
