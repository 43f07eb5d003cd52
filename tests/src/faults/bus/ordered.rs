//! A trip's events on their way to an ordered bus.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bed::{Bed, Fault, InOrder, answers, reported};
use domain::{Clock, TripId};
use lambda_kit::stream::raw;
use ordered_bus::Entry;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rstest::rstest;
use serde_json::{Value, json};
use store::outbox::Parked;

use super::support::{
    BEYOND_GRACE, LONG, assert_all_dispatched, booked, dispatch_within, key_of, number_of, of_trip,
    parked_reason, pending, seeded, within,
};

/// Functions that dispatch at once.
const LANES: usize = 3;
const TRIPS: usize = 5;

/// An event's id, as the bus gets it.
fn id(entry: &Entry) -> Option<&str> {
    entry.system_metadata.as_ref()?.deduplication_id.as_deref()
}

async fn sweep(bed: &Bed, deps: &dispatcher::Deps) -> Value {
    let event = within(bed, LONG, json!({}));
    dispatcher::sweeper::handle(deps, event).await.unwrap()
}

/// One call in five loses its answer, is cut off, throttled or fails.
fn break_calls(bed: &Bed, mut random: StdRng) {
    bed.events.inject(move |_| {
        let menu = [
            Fault::LoseAnswer,
            Fault::Disconnect,
            answers::error(429, "ThrottlingException", "Rate exceeded"),
            answers::error(500, "InternalException", "The bus is down."),
        ];
        random.random_bool(0.2).then(|| menu.choose(&mut random).unwrap().clone())
    });
}

/// One entry in ten is not taken for now.
fn refuse_entries(in_order: &InOrder, mut random: StdRng) {
    in_order.bus.refuse(move |_| {
        let code = ["ThrottlingException", "InternalException"].choose(&mut random).unwrap();
        random.random_bool(0.1).then_some(*code)
    });
}

/// The records come in any order, in batches of any size, on three lanes at once with a process
/// each; what is reported comes again. Calls and entries fail at random, and a sweep runs beside.
async fn play(mut random: StdRng) {
    let (mut bed, mut records) = booked(TRIPS).await;
    let in_order = InOrder::on(&mut bed).await;
    break_calls(&bed, random.clone());
    refuse_entries(&in_order, random.clone());
    records.shuffle(&mut random);
    let mut batches = Vec::new();
    while !records.is_empty() {
        let size = random.random_range(1..=8.min(records.len()));
        batches.push(records.split_off(records.len() - size));
    }
    let (bed, batches) = (&bed, Arc::new(Mutex::new(batches)));
    let lane = async || {
        let deps = in_order.dispatcher(bed).await;
        loop {
            let Some(batch) = batches.lock().unwrap().pop() else { break };
            let left = dispatch_within(bed, &deps, Duration::from_secs(10), &batch).await;
            let place = |record: &Value| left.contains(&number_of(record));
            if let Some(undone) = batch.iter().position(place) {
                batches.lock().unwrap().insert(0, batch[undone..].to_vec());
            }
        }
    };
    let lanes = futures::future::join_all((0..LANES).map(|_| lane()));
    lanes.await;
    let verdict = in_order.bus.verdict();
    assert_eq!(verdict.duplicates, 0, "within the window: {verdict}");

    in_order.bus.accept_all();
    bed.events.heal();
    bed.clock.advance(BEYOND_GRACE);
    let deps = in_order.dispatcher(bed).await;
    sweep(bed, &deps).await;
    assert_all_dispatched(bed).await;
    let verdict = in_order.bus.verdict();
    assert_eq!((verdict.groups, verdict.out_of_order, verdict.gaps), (TRIPS, 0, 0), "{verdict}");
    println!("{verdict}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_79_lanes_failures_and_lost_answers_leave_each_trip_in_order() {
    for random in seeded(79, 10) {
        play(random).await;
    }
}

/// A batch holds a trip's last event alone, as behind a shard's split: those before it go first,
/// and the batches that bring them later repeat nothing.
#[tokio::test]
async fn fault_79_an_event_whose_predecessors_come_later_does_not_overtake_them() {
    let (mut bed, records) = booked(1).await;
    let in_order = InOrder::on(&mut bed).await;
    for record in records.iter().rev() {
        let deps = in_order.dispatcher(&bed).await;
        let left = dispatch_within(&bed, &deps, LONG, std::slice::from_ref(record)).await;
        assert_eq!(left, [""; 0]);
    }
    let told = "1 groups, 4 events, out of order 0, gaps 0, duplicates 0";
    assert_eq!(in_order.bus.verdict().to_string(), told);
    assert_all_dispatched(&bed).await;
}

/// The stream brings a batch once more when the bus has forgotten it: what is marked is asked for
/// and not sent again.
#[tokio::test]
async fn fault_79_an_old_batch_is_asked_for_before_it_is_sent_again() {
    let (mut bed, records) = booked(2).await;
    let in_order = InOrder::on(&mut bed).await;
    for _ in 0..2 {
        let deps = in_order.dispatcher(&bed).await;
        assert_eq!(dispatch_within(&bed, &deps, LONG, &records).await, [""; 0]);
        bed.clock.advance(Duration::from_secs(5 * 60));
    }
    let verdict = in_order.bus.verdict();
    assert!(verdict.is_perfect(), "{verdict}");
}

/// What an operator does about a parked event.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Redrives,
    Discards,
}

/// The bus refuses a trip's second event for good. The other trips' events are published and
/// marked by the same batch, and nothing comes again; the trip waits until an operator sends the
/// event on its way or gives it up.
#[rstest]
#[tokio::test]
async fn fault_80_a_trip_waits_for_an_event_that_can_not_be_published_and_all_others_flow(
    #[values(Operator::Redrives, Operator::Discards)] operator: Operator,
) {
    let (mut bed, records) = booked(3).await;
    let in_order = InOrder::on(&mut bed).await;
    let waiting = of_trip(&records, &TripId::parse("trip-1").unwrap());
    let parked = key_of(&waiting[1]);
    let bad = parked.event_id.to_string();
    in_order.bus.refuse(move |entry| (id(entry)? == bad).then_some("InvalidInputException"));

    let deps = in_order.dispatcher(&bed).await;
    let event = raw(within(&bed, LONG, bed::batch(&records)));
    let answer = dispatcher::handle(&deps, event).await.unwrap();
    assert_eq!(reported(&answer), [""; 0]);
    assert!(parked_reason(&bed, &parked).await.unwrap().starts_with("InvalidInputException"));
    for hours in [0, 30] {
        bed.clock.advance(BEYOND_GRACE + Duration::from_secs(hours * 60 * 60));
        sweep(&bed, &in_order.dispatcher(&bed).await).await;
        assert_eq!(in_order.bus.verdict().events, 9, "two trips, and the waiting one's first");
        assert_eq!(pending(&bed, &records).await.len(), 2, "they wait, and are never parked");
    }

    in_order.bus.accept_all();
    let done = match operator {
        Operator::Redrives => bed.outbox().redrive(&parked).await,
        Operator::Discards => bed.outbox().discard(&parked, bed.clock.now()).await,
    };
    assert_eq!(done.unwrap(), Parked::Done);
    sweep(&bed, &in_order.dispatcher(&bed).await).await;
    assert_all_dispatched(&bed).await;
    let verdict = in_order.bus.verdict();
    let given_up = usize::from(operator == Operator::Discards);
    assert_eq!((verdict.events, verdict.gaps), (12 - given_up, given_up), "{verdict}");
    assert_eq!((verdict.out_of_order, verdict.duplicates), (0, 0), "{verdict}");
}

/// The bus refuses one event for now, again and again. Its trip waits, nobody else does, and after
/// a day it is parked; those behind it are not.
#[tokio::test]
async fn fault_80_an_event_refused_for_a_day_is_parked_and_those_behind_it_wait() {
    let (mut bed, records) = booked(2).await;
    let in_order = InOrder::on(&mut bed).await;
    let stuck = key_of(&of_trip(&records, &TripId::parse("trip-0").unwrap())[0]);
    let bad = stuck.event_id.to_string();
    in_order.bus.refuse(move |entry| (id(entry)? == bad).then_some("InternalException"));
    let deps = in_order.dispatcher(&bed).await;
    assert_eq!(dispatch_within(&bed, &deps, LONG, &records).await, [""; 0]);
    for hours in [1, 25] {
        bed.clock.advance(Duration::from_secs(hours * 60 * 60));
        sweep(&bed, &deps).await;
    }
    assert!(parked_reason(&bed, &stuck).await.is_some());
    assert_eq!(pending(&bed, &records).await.len(), 3);
    assert_eq!(in_order.bus.verdict().events, 4, "the other trip's");
}
