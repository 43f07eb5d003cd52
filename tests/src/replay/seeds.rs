//! A thousand schedules of one captured stream, for both consumers.
//!
//! What must come of each: the view's items are those that the trips of the write table encode to,
//! byte for byte; the bus has every committed event and no other, as often as it may be, always
//! under the same id and with the same content; and no event is left unmarked, once the sweeper has
//! had what it is there for.
//!
//! The order in which events first reach the bus is promised by no page: streams keep the order of
//! one item, and each event is an item of its own. What is held here is what the dispatcher adds:
//! where the stream keeps a trip's records in order, first publications are in order too, whatever
//! else happens.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::TripId;
use futures::future::join_all;
use serde_json::Value;
use store::keys;
use stream_replay::{Disturbance, Disturbances, Plan, Schedule};

use super::cast::Cast;
use super::lane::{Consumer, Lane};
use super::story::{Raw, Story};
use super::tally::{Tally, UNFILTERED, seeds};

/// Replays the schedule of one seed and prints it.
const SEED: &str = "TRIP_TEST_SEED";
pub(super) const SEEDS: u64 = 1_000;
/// Schedules that run at once.
pub(super) const LANES: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_schedules_come_to_the_fold_of_the_trips_and_to_the_committed_events() {
    let story = Story::told().await;
    if let Some(seed) = asked() {
        println!("{}", Run::new(story).await.run(seed).await);
        return;
    }
    let next = Arc::<AtomicU64>::default();
    let lanes = (0..LANES).map(|_| tokio::spawn(run_some(story, Arc::clone(&next))));
    let mut tally = Tally::default();
    for lane in join_all(lanes).await {
        tally.merge(&lane.unwrap());
    }
    println!("{SEEDS} seeds: {tally}");
    assert_all_was_tried(&tally);
}

pub(super) fn asked() -> Option<u64> {
    env::var(SEED).ok().map(|seed| seed.parse().unwrap())
}

/// Runs seeds until none is left.
async fn run_some(story: &'static Story, next: Arc<AtomicU64>) -> Tally {
    let mut run = Run::new(story).await;
    loop {
        let seed = next.fetch_add(1, Ordering::SeqCst);
        if seed >= SEEDS {
            return run.tally;
        }
        run.run(seed).await;
    }
}

/// A run without deaths, repeats or partial failures would prove little.
pub(super) fn assert_all_was_tried(tally: &Tally) {
    for disturbance in Disturbance::ALL {
        assert!(tally.of(&seeds(disturbance)) >= 100, "{disturbance:?}: {tally}");
    }
    assert!(tally.of(UNFILTERED) >= 100, "{tally}");
    for what in ["before a call", "during a call", "after a call", "with the answer"] {
        assert!(tally.of(&format!("deaths {what}")) >= 100, "{what}: {tally}");
    }
    assert!(tally.of("partial failures") >= 100, "{tally}");
}

/// A lane, and what was seen on it.
struct Run {
    story: &'static Story,
    lane: Lane,
    tally: Tally,
}

impl Run {
    /// A lane on which all events were dispatched once.
    async fn new(story: &'static Story) -> Self {
        let (mut lane, cast) = (Lane::new().await, Cast::all(story));
        lane.reset(&cast, true).await;
        lane.sweep().await;
        assert_eq!(lane.pending(&cast).await, 0);
        Self { story, lane, tally: Tally::default() }
    }

    /// Runs a seed's schedules, one for each consumer, and checks what came of them. What they did.
    ///
    /// Only a late batch asks whether its events are pending; so only then they are made so.
    async fn run(&mut self, seed: u64) -> String {
        let _told = Told(seed);
        let cast = Cast::of(seed, self.story);
        let plan = Plan::of(seed).partition_key(keys::PK);
        let disturbances = plan.disturbances();
        self.tally.begin(disturbances, cast.is_unfiltered);
        self.lane.reset(&cast, disturbances.include(Disturbance::Delay)).await;
        let mut told = String::new();
        for consumer in [Consumer::Projector, Consumer::Dispatcher] {
            let schedule = plan.clone().over(cast.records(consumer));
            let schedule = self.play(consumer, schedule).await;
            told.push_str(&format!("{consumer:?}, {schedule}"));
        }
        self.check(&cast, disturbances, &told).await;
        told
    }

    async fn play<'a>(&mut self, consumer: Consumer, mut schedule: Schedule<'a>) -> Schedule<'a> {
        while let Some(delivery) = schedule.deliver() {
            let (outcome, _) = self.lane.deliver(consumer, &delivery).await;
            self.tally.take(&delivery, &outcome);
            schedule.take(&outcome);
        }
        schedule
    }

    async fn check(&mut self, cast: &Cast, disturbances: &Disturbances, told: &str) {
        self.lane.settle().await;
        self.sweep_what_is_left(cast).await;
        assert_rows(&self.lane.rows().await, &cast.rows(), told);
        let published = self.lane.published().await;
        self.tally.add("publications", published.len());
        assert_published(&published, &cast.events(), told);
        if !disturbances.include(Disturbance::Reorder) {
            assert_in_order(&published, told);
        }
    }

    /// A published event whose mark failed is left to the sweeper, which publishes it again.
    async fn sweep_what_is_left(&mut self, cast: &Cast) {
        if self.lane.pending(cast).await > 0 {
            self.lane.sweep().await;
            self.tally.add("sweeps", 1);
            assert_eq!(self.lane.pending(cast).await, 0);
        }
    }
}

/// The items of the view are those that the trips encode to.
fn assert_rows(rows: &BTreeMap<TripId, Raw>, fold: &BTreeMap<TripId, Raw>, told: &str) {
    let trips: BTreeSet<_> = rows.keys().chain(fold.keys()).collect();
    let wrong: Vec<_> = trips.into_iter().filter(|trip| rows.get(trip) != fold.get(trip)).collect();
    assert!(wrong.is_empty(), "the rows of {wrong:?} are not what the trips fold to\n{told}");
}

/// Every committed event and no other, each time as it was committed.
fn assert_published(published: &[Value], committed: &BTreeMap<&str, &Value>, told: &str) {
    let id = |envelope: &Value| envelope["id"].as_str().unwrap().to_owned();
    for envelope in published {
        assert_eq!(Some(&envelope), committed.get(id(envelope).as_str()), "{told}");
    }
    let ids: BTreeSet<_> = published.iter().map(id).collect();
    let lost: Vec<_> = committed.keys().filter(|id| !ids.contains(**id)).collect();
    assert!(lost.is_empty(), "{lost:?} are lost\n{told}");
}

/// Of each trip, the first publication of every event comes after those of the events before it.
fn assert_in_order(published: &[Value], told: &str) {
    let mut latest = BTreeMap::<&str, u64>::new();
    for envelope in published {
        let trip = envelope["subject"].as_str().unwrap();
        let sequence: u64 = envelope["sequence"].as_str().unwrap().parse().unwrap();
        let seen = latest.entry(trip).or_default();
        assert!(sequence <= *seen + 1, "{trip}: {sequence} came after {seen}\n{told}");
        *seen = sequence.max(*seen);
    }
}

/// Names the seed when a panic passes by.
pub(super) struct Told(pub(super) u64);

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed {0} failed; {SEED}={0} replays it", self.0);
        }
    }
}
