//! A thousand schedules of one captured stream before an ordered bus.
//!
//! What must come of each, whatever the stream, the mapping, the dispatcher and its services do: a
//! FIFO subscriber sees each trip's events in order and without a gap, and every committed event.
//! It sees an event twice only where the second came when the bus had forgotten the first.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::join_all;
use store::keys;
use stream_replay::{Disturbance, Plan};

use super::cast::Cast;
use super::lane::{Consumer, Lane};
use super::seeds::{LANES, SEEDS, Told, asked, assert_all_was_tried};
use super::story::Story;
use super::tally::Tally;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_schedules_give_a_fifo_subscriber_every_trip_in_order() {
    let story = Story::told().await;
    if let Some(seed) = asked() {
        println!("{}", run(&mut Lane::in_order().await, story, seed, &mut Tally::default()).await);
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
    assert!(tally.of("repeats dropped") >= 1_000, "{tally}");
}

/// Runs seeds until none is left.
async fn run_some(story: &'static Story, next: Arc<AtomicU64>) -> Tally {
    let (mut lane, mut tally) = (Lane::in_order().await, Tally::default());
    loop {
        let seed = next.fetch_add(1, Ordering::SeqCst);
        if seed >= SEEDS {
            return tally;
        }
        run(&mut lane, story, seed, &mut tally).await;
    }
}

/// Runs a seed's schedule and checks what came of it. What it did.
async fn run(lane: &mut Lane, story: &'static Story, seed: u64, tally: &mut Tally) -> String {
    let _told = Told(seed);
    let cast = Cast::of(seed, story);
    let plan = Plan::of(seed).partition_key(keys::PK);
    let disturbances = plan.disturbances();
    tally.begin(disturbances, cast.is_unfiltered);
    lane.reset(&cast, true).await;
    let mut schedule = plan.clone().over(cast.records(Consumer::Dispatcher));
    while let Some(delivery) = schedule.deliver() {
        let (outcome, _) = lane.deliver(Consumer::Dispatcher, &delivery).await;
        tally.take(&delivery, &outcome);
        schedule.take(&outcome);
    }
    lane.settle().await;
    let told = format!("Dispatcher, {schedule}");
    if !disturbances.include(Disturbance::Delay) {
        // The bus has forgotten nothing yet.
        assert_eq!(lane.ordered_bus().verdict().duplicates, 0, "{told}");
    }
    while lane.pending(&cast).await > 0 {
        lane.sweep().await;
        tally.add("sweeps", 1);
    }
    check(lane, &cast, &told, tally);
    told
}

fn check(lane: &Lane, cast: &Cast, told: &str, tally: &mut Tally) {
    let bus = lane.ordered_bus();
    let verdict = bus.verdict();
    assert_eq!((verdict.out_of_order, verdict.gaps), (0, 0), "{verdict}\n{told}");
    let published = bus.published();
    let ids: BTreeSet<_> = published.iter().map(|event| event.detail["id"].as_str()).collect();
    let committed: BTreeSet<_> = cast.events().into_keys().map(Some).collect();
    assert_eq!(ids, committed, "{told}");
    tally.add("publications", published.len());
    tally.add("repeats dropped", bus.dropped());
    tally.add("duplicates beyond the window", verdict.duplicates);
}
