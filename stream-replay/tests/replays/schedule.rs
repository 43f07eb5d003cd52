//! The schedule keeps to what streams and Lambda promise, whatever it draws and is answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use stream_replay::{Delivery, Disturbance, Disturbances, Mishap, Outcome, Plan, Schedule};

const TRIPS: usize = 3;
const ITEMS: usize = 4;

/// Records of a few items of a few trips; the n-th has the sequence number n, from 0.
static RECORDS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let record = |number: usize| {
        let (trip, item) = (number % TRIPS, number / 2 % ITEMS);
        json!({"dynamodb": {
            "Keys": {"PK": {"S": format!("TRIP#{trip}")}, "SK": {"S": format!("ITEM#{item}")}},
            "SequenceNumber": number.to_string(),
        }})
    };
    (0..40).map(record).collect()
});

fn records() -> Vec<&'static Value> {
    RECORDS.iter().collect()
}

/// The schedule of a seed, disturbed as the seed wants it.
fn anything(seed: u64) -> Schedule<'static> {
    Plan::of(seed).partition_key("PK").over(records())
}

/// The schedule of a seed, with these disturbances only.
fn chosen(seed: u64, disturbances: Disturbances) -> Schedule<'static> {
    Plan::calm(seed).only(disturbances).partition_key("PK").over(records())
}

fn number(record: &Value) -> usize {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap().parse().unwrap()
}

fn numbers(delivery: &Delivery<'_>) -> Vec<usize> {
    delivery.records.iter().copied().map(number).collect()
}

fn failed_from(numbers: &[usize]) -> Outcome {
    let failures: Vec<_> =
        numbers.iter().map(|number| json!({"itemIdentifier": number.to_string()})).collect();
    Outcome::Answered(json!({ "batchItemFailures": failures }))
}

/// What a consumer makes of a delivery that meets with this mishap: its first records are done,
/// perhaps.
fn outcome(delivery: &Delivery<'_>, random: &mut StdRng) -> Outcome {
    match delivery.mishap {
        Some(mishap) if mishap.is_fatal() => Outcome::Died,
        Some(_) => {
            failed_from(&numbers(delivery)[random.random_range(0..delivery.records.len())..])
        }
        None => failed_from(&[]),
    }
}

/// Every delivery of a schedule, with how many of its records were processed.
fn run<'a>(schedule: &mut Schedule<'a>, seed: u64) -> Vec<(Delivery<'a>, usize)> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut run = Vec::new();
    while let Some(delivery) = schedule.deliver() {
        let outcome = outcome(&delivery, &mut random);
        schedule.take(&outcome);
        let done = match &outcome {
            Outcome::Died => 0,
            Outcome::Answered(answer) => {
                delivery.records.len() - answer["batchItemFailures"].as_array().unwrap().len()
            }
        };
        run.push((delivery, done));
    }
    run
}

fn only(disturbances: &[Disturbance]) -> Disturbances {
    disturbances.iter().copied().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_same_seed_gives_the_same_schedule(seed: u64) {
        let twice = [(); 2].map(|()| {
            let mut schedule = anything(seed);
            (run(&mut schedule, seed), schedule.to_string())
        });
        prop_assert_eq!(&twice[0], &twice[1]);
    }

    #[test]
    fn every_record_is_processed_and_those_of_one_item_first_in_their_order(seed: u64) {
        let mut processed = BTreeSet::new();
        let mut latest = BTreeMap::<usize, usize>::new();
        for (delivery, done) in run(&mut anything(seed), seed) {
            for (place, number) in numbers(&delivery).into_iter().enumerate() {
                let item = (number % TRIPS) * ITEMS + number / 2 % ITEMS;
                let earlier = (0..number).filter(|n| (n % TRIPS) * ITEMS + n / 2 % ITEMS == item);
                prop_assert!(earlier.max() <= latest.get(&item).copied(), "{number} came too early");
                latest.entry(item).and_modify(|latest| *latest = number.max(*latest)).or_insert(number);
                processed.extend((place < done).then_some(number));
            }
        }
        prop_assert_eq!(processed, (0..records().len()).collect::<BTreeSet<_>>());
    }

    #[test]
    fn a_child_begins_when_its_parent_is_done(seed: u64) {
        let disturbances = only(&[Disturbance::Roll, Disturbance::Crash, Disturbance::Repeat]);
        let run = run(&mut chosen(seed, disturbances), seed);
        for (place, (child, _)) in run.iter().enumerate() {
            let is_parent = |(other, _): &&(Delivery<'_>, usize)| {
                child.shard.starts_with(&format!("{}.", other.shard))
            };
            prop_assert_eq!(run[place..].iter().find(is_parent), None);
        }
    }

    /// A trip's records are in one shard and in order, until somebody asks for more.
    #[test]
    fn without_reordering_a_trip_keeps_its_order(seed: u64) {
        let mut schedule = chosen(seed, only(&[Disturbance::Roll]));
        let seen = run(&mut schedule, seed).iter().flat_map(|(delivery, _)| numbers(delivery)).collect::<Vec<_>>();
        for trip in 0..TRIPS {
            let of_trip: Vec<_> = seen.iter().filter(|number| *number % TRIPS == trip).collect();
            prop_assert!(of_trip.is_sorted(), "{of_trip:?}");
        }
    }
}

#[test]
fn undisturbed_the_stream_comes_once_and_in_order() {
    let mut schedule = chosen(7, only(&[]));
    let run = run(&mut schedule, 7);
    assert!(run.iter().all(|(delivery, _)| delivery.mishap.is_none() && delivery.after.is_zero()));
    let seen: Vec<_> = run.iter().flat_map(|(delivery, _)| numbers(delivery)).collect();
    assert_eq!(seen, (0..40).collect::<Vec<_>>());
    assert!(
        schedule.to_string().starts_with("seed 7: nothing\n  1. shard 0 [0:TRIP#0/ITEM#0 1:"),
        "{schedule}"
    );
}

/// What is answered for the batch 0, 1, …, and what comes next.
#[test]
fn a_batch_comes_again_from_the_lowest_record_that_was_reported() {
    let join = only(&[Disturbance::Join]);
    let seed = (0..).find(|seed| first(*seed, &join).len() == 40).unwrap();
    for (outcome, again) in [
        (failed_from(&[39, 5, 17]), 5..40),
        (failed_from(&[0]), 0..40),
        (failed_from(&[7, 99]), 0..40),
        (Outcome::Answered(json!({"batchItemFailures": [{"itemIdentifier": ""}]})), 0..40),
        (Outcome::Died, 0..40),
    ] {
        assert_eq!(second(seed, &join, &outcome), Some(again.collect()), "{outcome:?}");
    }
    for all_done in [json!(null), json!({}), json!({"batchItemFailures": []})] {
        assert_eq!(second(seed, &join, &Outcome::Answered(all_done)), None);
    }
}

#[test]
fn a_bisected_batch_comes_again_in_halves_and_a_partial_failure_does_not() {
    let bisect = only(&[Disturbance::Join, Disturbance::Bisect]);
    let seed = (0..).find(|seed| first(*seed, &bisect).len() == 40).unwrap();
    assert_eq!(second(seed, &bisect, &Outcome::Died), Some((0..20).collect()));
    assert_eq!(second(seed, &bisect, &failed_from(&[9])), Some((9..40).collect()));

    let mut schedule = chosen(seed, bisect);
    let mut seen = Vec::new();
    for outcome in
        [Outcome::Died, Outcome::Died, failed_from(&[]), failed_from(&[]), failed_from(&[])]
    {
        seen.push(numbers(&schedule.deliver().unwrap()).len());
        schedule.take(&outcome);
    }
    assert_eq!(seen, [40, 20, 10, 10, 20]);
    assert!(schedule.deliver().is_none());
    assert!(schedule.to_string().contains("again from its record 1, in halves"), "{schedule}");
}

/// The first batch.
fn first(seed: u64, disturbances: &Disturbances) -> Vec<usize> {
    numbers(&chosen(seed, disturbances.clone()).deliver().unwrap())
}

/// The batch that follows when the first one came to this.
fn second(seed: u64, disturbances: &Disturbances, outcome: &Outcome) -> Option<Vec<usize>> {
    let mut schedule = chosen(seed, disturbances.clone());
    schedule.deliver().unwrap();
    schedule.take(outcome);
    schedule.deliver().map(|delivery| numbers(&delivery))
}

#[test]
fn a_schedule_tells_what_it_did() {
    let mut schedule = chosen(3, only(&[Disturbance::Crash]));
    let run = run(&mut schedule, 3);
    let told = schedule.to_string();
    assert_eq!(told.lines().count(), 1 + run.len(), "{told}");
    let deaths = run.iter().filter(|(delivery, _)| delivery.mishap.is_some_and(Mishap::is_fatal));
    assert_eq!(told.matches("; dies").count(), deaths.count(), "{told}");
}
