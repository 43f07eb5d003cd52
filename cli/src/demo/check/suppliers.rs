//! Checks on the suppliers' books: what they hold for a trip, and how often they charged for it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{TripId, TripStatus};
use store::sandbox::{LedgerState, Supplier};

use crate::demo::facts::Facts;

type Holdings = BTreeSet<Supplier>;

const EVERYTHING: [Supplier; 3] = [Supplier::Flight, Supplier::Hotel, Supplier::Payment];

/// Skips a trip that has not ended.
pub(super) fn holdings(facts: &Facts) -> Vec<String> {
    let mut held = held(facts);
    let mut findings = Vec::new();
    for trip in &facts.trips {
        let holds = held.remove(&trip.trip_id).unwrap_or_default();
        let Some(expected) = expected(trip.status) else { continue };
        if holds != expected {
            let (id, status, holds) = (&trip.trip_id, trip.status, told(&holds));
            findings.push(format!("{id} is {status} and holds {holds}"));
        }
    }
    let orphans =
        held.iter().map(|(id, holds)| format!("{id} is not a trip and holds {}", told(holds)));
    findings.extend(orphans);
    findings
}

fn held(facts: &Facts) -> BTreeMap<&TripId, Holdings> {
    let mut held = BTreeMap::<_, Holdings>::new();
    for row in facts.ledger.iter().filter(|row| row.state == LedgerState::Held) {
        held.entry(&row.trip_id).or_default().insert(row.supplier);
    }
    held
}

fn expected(status: TripStatus) -> Option<Holdings> {
    match status {
        TripStatus::Confirmed => Some(Holdings::from(EVERYTHING)),
        TripStatus::Failed | TripStatus::Cancelled => Some(Holdings::new()),
        TripStatus::Pending | TripStatus::Compensating | TripStatus::Cancelling => None,
    }
}

fn told(holdings: &Holdings) -> String {
    if holdings.is_empty() {
        return "nothing".to_owned();
    }
    holdings.iter().map(|supplier| name(*supplier)).collect::<Vec<_>>().join(", ")
}

fn name(supplier: Supplier) -> &'static str {
    match supplier {
        Supplier::Flight => "a flight",
        Supplier::Hotel => "a hotel",
        Supplier::Payment => "a payment",
    }
}

/// Counts every capture that ever took effect, including those under another key and those
/// refunded.
pub(super) fn one_capture(facts: &Facts) -> Vec<String> {
    let mut captures = BTreeMap::<&TripId, u32>::new();
    for row in facts.ledger.iter().filter(|row| row.supplier == Supplier::Payment) {
        *captures.entry(&row.trip_id).or_default() += row.effects;
    }
    let twice = captures.into_iter().filter(|(_, count)| *count > 1);
    twice.map(|(id, count)| format!("{id} was charged {count} times")).collect()
}
