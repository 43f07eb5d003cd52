//! What must hold once nothing is left to do, whatever went wrong before: the demo's invariants,
//! and that nothing was tried without end.

mod delivery;
mod facts;
mod retries;

use std::collections::BTreeMap;

use cli::demo::{Booking, Facts, check, collect};
use domain::TripId;
use local::System;
use store::view::SearchRow;

use self::check::Invariant;
use self::delivery::{deliver, drain};
use self::facts::of_bed;
use self::retries::endless;
use crate::Bed;

pub use self::facts::bookings;

/// The invariants of the write side: trips, their events, and the suppliers' books.
const AT_REST: [Invariant; 5] = [
    Invariant::Ended,
    Invariant::Sequences,
    Invariant::ConfirmedStands,
    Invariant::Holdings,
    Invariant::OneCapture,
];

/// Asserts what must hold of the trips before anything is delivered: each has ended, holds all or
/// nothing, and its events are numbered without a gap.
///
/// # Panics
/// Naming what does not hold.
pub async fn at_rest(bed: &Bed) {
    let verdicts = check::all(&of_bed(bed).await);
    let judged = verdicts.iter().filter(|verdict| AT_REST.contains(&verdict.invariant));
    assert_none(judged.flat_map(told).collect());
}

/// Delivers what a bed's stream holds, and asserts every invariant. For steps that were run without
/// a system.
///
/// # Panics
/// Naming what does not hold.
pub async fn settled(bed: &Bed) {
    deliver(bed).await;
    let facts = of_bed(bed).await;
    assert!(!facts.trips.is_empty(), "nothing happened that could be judged");
    assert_none(violations(&facts));
}

/// Waits until a system on the bed has nothing left to do, and asserts every invariant. Gives what
/// was seen.
///
/// # Panics
/// Naming what does not hold.
pub async fn settled_system(bed: &Bed, system: &System) -> Facts {
    let (facts, broken) = judged(bed, system, bookings).await;
    assert!(!facts.trips.is_empty(), "nothing happened that could be judged");
    assert_none(broken);
    facts
}

/// The same without a panic: what was seen, and what does not hold of it. `bookings` says of the
/// trips how they had to end.
pub async fn judged(
    bed: &Bed,
    system: &System,
    bookings: impl FnOnce(&Trips) -> Vec<Booking>,
) -> (Facts, Vec<String>) {
    drain(bed, system).await;
    let facts = collect(system, bookings(&bed.fold().await)).await.unwrap();
    let mut broken = violations(&facts);
    broken.extend(endless(system.runner()).await);
    (facts, broken)
}

/// The trips of the write table.
pub type Trips = BTreeMap<TripId, SearchRow>;

/// Each finding against an invariant, in a sentence.
fn violations(facts: &Facts) -> Vec<String> {
    check::all(facts).iter().flat_map(told).collect()
}

fn told(verdict: &check::Verdict) -> Vec<String> {
    let statement = verdict.invariant.statement();
    verdict.findings.iter().map(|finding| format!("{statement}: {finding}")).collect()
}

fn assert_none(broken: Vec<String>) {
    assert!(broken.is_empty(), "{} violations:\n{}", broken.len(), broken.join("\n"));
}
