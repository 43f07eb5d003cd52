//! Checks on the trips of the write table.

use std::collections::BTreeMap;

use domain::TripId;
use store::view::SearchRow;

use crate::demo::facts::Facts;
use crate::demo::outcome::Outcome;

fn by_id(facts: &Facts) -> BTreeMap<&TripId, &SearchRow> {
    facts.trips.iter().map(|trip| (&trip.trip_id, trip)).collect()
}

pub(super) fn ended(facts: &Facts) -> Vec<String> {
    let trips = by_id(facts);
    let open = facts.bookings.iter().filter_map(|booking| {
        let id = &booking.trip_id;
        match trips.get(id) {
            None => Some(format!("{id} was accepted, and is in no table")),
            Some(trip) if trip.status.is_terminal() => None,
            Some(trip) => Some(format!("{id} is still {}", trip.status)),
        }
    });
    open.collect()
}

/// Skips a trip that has not ended.
pub(super) fn as_planned(facts: &Facts) -> Vec<String> {
    let trips = by_id(facts);
    let wrong = facts.bookings.iter().filter_map(|booking| {
        let trip = trips.get(&booking.trip_id).filter(|trip| trip.status.is_terminal())?;
        let (ended, expected) = (Outcome::of(trip), booking.expected);
        (ended != expected)
            .then(|| format!("{} ended {ended}; it must end {expected}", trip.trip_id))
    });
    wrong.collect()
}

pub(super) fn no_open_work(facts: &Facts) -> Vec<String> {
    let trips = facts.open.trips.iter().map(|(status, count)| (*count, format!("trips {status}")));
    let events = [
        (facts.open.pending_events, "events not dispatched".to_owned()),
        (facts.open.parked_events, "events parked".to_owned()),
    ];
    let open = trips.chain(events).filter(|(count, _)| *count > 0);
    open.map(|(count, what)| format!("{count} {what}")).collect()
}
