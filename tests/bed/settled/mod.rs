//! What must hold once nothing is left to do, whatever went wrong before: the demo's invariants, and that
//! nothing was tried without end.

mod delivery;
mod facts;
mod retries;

use cli::demo::{Facts, check, collect};
use local::System;

pub use self::facts::bookings;
pub use self::retries::endless;

use self::check::Invariant;
use self::delivery::{deliver, drain};
use self::facts::of_bed;
use crate::Bed;

/// The invariants of the write side: trips, their events, and the suppliers' books.
const AT_REST: [Invariant; 5] = [
    Invariant::Ended,
    Invariant::Sequences,
    Invariant::ConfirmedStands,
    Invariant::Holdings,
    Invariant::OneCapture,
];

/// Asserts what must hold of the trips before anything is delivered: each has ended, holds all or nothing,
/// and its events are numbered without a gap.
///
/// # Panics
/// Naming what does not hold.
pub async fn at_rest(bed: &Bed) {
    let verdicts = check::all(&of_bed(bed).await);
    let judged = verdicts.iter().filter(|verdict| AT_REST.contains(&verdict.invariant));
    assert_none(judged.flat_map(told).collect());
}

/// Delivers what a bed's stream holds, and asserts every invariant. For steps that were run without a system.
///
/// # Panics
/// Naming what does not hold.
pub async fn settled(bed: &Bed) {
    deliver(bed).await;
    let facts = of_bed(bed).await;
    assert!(!facts.trips.is_empty(), "nothing happened that could be judged");
    assert_none(violations(&facts));
}

/// Waits until a system on the bed has nothing left to do, and asserts every invariant. Gives what was seen.
///
/// # Panics
/// Naming what does not hold.
pub async fn settled_system(bed: &Bed, system: &System) -> Facts {
    drain(bed, system).await;
    let facts = collect(system, bookings(&bed.fold().await)).await.unwrap();
    assert!(!facts.trips.is_empty(), "nothing happened that could be judged");
    let mut broken = violations(&facts);
    broken.extend(endless(system.runner()).await);
    assert_none(broken);
    facts
}

/// Each finding against an invariant, in a sentence.
#[must_use]
pub fn violations(facts: &Facts) -> Vec<String> {
    check::all(facts).iter().flat_map(told).collect()
}

fn told(verdict: &check::Verdict) -> Vec<String> {
    let statement = verdict.invariant.statement();
    verdict.findings.iter().map(|finding| format!("{statement}: {finding}")).collect()
}

fn assert_none(broken: Vec<String>) {
    assert!(broken.is_empty(), "{} violations:\n{}", broken.len(), broken.join("\n"));
}
