//! The failures of an airline, under every setting of concurrency that the project ships or names.

use std::collections::BTreeMap;

use serde_json::Value;
use testing::seed;

use super::rules::Rules;
use super::run::{Ended, run};
use super::world::{Concurrency, TRIPS};

/// The settings of the stages, as they are deployed.
const CDK: &str = include_str!("../../../infra/cdk.json");
/// The quota of a new account.
const NEW_ACCOUNT: usize = 10;
/// The usual quota.
const USUAL: usize = 1_000;
/// What `infra/README.md` calls a good value for production.
const RECOMMENDED: usize = 20;
/// A trip that is booked while the airline is silent, and one that is cancelled then; and the end
/// of either.
const FAILURES: [(&str, &str); 2] =
    [("trip-booking", "BookingFailed"), ("trip-compensation", "CompensationSucceeded")];

fn everybody(end: &str) -> BTreeMap<String, usize> {
    BTreeMap::from([(end.to_owned(), TRIPS)])
}

#[track_caller]
fn assert_undone(concurrency: Concurrency, seed: u64) {
    for (machine, end) in FAILURES {
        let ended = run(&Rules::of(machine), concurrency, seed);
        println!("{machine} {concurrency:?}: {ended:?}");
        assert_eq!((ended.gave_up, &ended.ends), (0, &everybody(end)), "{concurrency:?}");
    }
}

/// The reservation of each stage.
fn stages() -> BTreeMap<String, Option<usize>> {
    let settings: Value = serde_json::from_str(CDK).unwrap();
    let stages = settings["context"]["stages"].as_object().unwrap().iter();
    let reserved = |stage: &Value| stage["reservedConcurrency"].as_u64();
    stages
        .map(|(name, stage)| (name.clone(), reserved(stage).map(|each| each.try_into().unwrap())))
        .collect()
}

#[test]
fn a_thousand_trips_are_undone_under_the_settings_of_every_stage() {
    let seed = seed();
    let stages = stages();
    assert_eq!(stages.keys().collect::<Vec<_>>(), ["dev", "prod", "staging"]);
    let mut shipped: Vec<_> = stages.into_values().collect();
    shipped.dedup();
    for reserved in shipped {
        let quotas: &[usize] = if reserved.is_none() { &[NEW_ACCOUNT, USUAL] } else { &[USUAL] };
        for quota in quotas {
            assert_undone(Concurrency { quota: *quota, reserved }, seed);
        }
    }
}

#[test]
fn a_thousand_trips_are_undone_with_what_is_recommended_for_production() {
    assert_undone(Concurrency { quota: USUAL, reserved: Some(RECOMMENDED) }, seed());
}

fn gave_up(concurrency: Concurrency, seed: u64) -> usize {
    FAILURES.iter().map(|(machine, _)| run(&Rules::of(machine), concurrency, seed).gave_up).sum()
}

#[test]
fn half_of_the_recommended_reservation_would_do() {
    let seed = seed();
    let reserving = |each| Concurrency { quota: USUAL, reserved: Some(each) };
    let smallest = (1..=RECOMMENDED).find(|each| gave_up(reserving(*each), seed) == 0);
    println!("the smallest reservation under which nobody gives up: {smallest:?}");
    assert!(smallest.is_some_and(|each| each > 1 && each <= RECOMMENDED / 2), "{smallest:?}");
}

/// So that a run without losses says something.
#[test]
fn trips_would_be_lost_if_refusals_used_up_the_retries_of_errors() {
    let concurrency = Concurrency { quota: NEW_ACCOUNT, reserved: None };
    let impatient = Rules::of("trip-compensation").without_patience();
    let Ended { gave_up, ends, .. } = run(&impatient, concurrency, seed());
    assert!(gave_up > TRIPS / 10, "{gave_up} gave up");
    assert_eq!(gave_up + ends.values().sum::<usize>(), TRIPS);
}
