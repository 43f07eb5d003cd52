//! Checks on the read side: the search view's table, and the results of searches.

use std::collections::BTreeSet;

use operator::drift::{Difference, Kind, compare};
use store::view::SearchRow;

use crate::demo::facts::Facts;

pub(super) fn view_is_fold(facts: &Facts) -> Vec<String> {
    let name = |Difference { trip_id, kind, .. }: &Difference| match kind {
        Kind::MissingRow { .. } => format!("{trip_id} has no row"),
        Kind::ExtraRow { .. } => format!("{trip_id} has a row, and is not a trip"),
        Kind::StaleVersion { view, trip } | Kind::AheadVersion { view, trip } => {
            format!("{trip_id} is at version {trip}, its row at {view}")
        }
        Kind::Field { field, view, trip } => {
            format!("{trip_id} has {field} {trip}, its row {view}")
        }
        Kind::UnreadableRow { reason } | Kind::UnreadableTrip { reason } => {
            format!("{trip_id} cannot be read: {reason}")
        }
    };
    differences(&facts.trips, &facts.rows, name)
}

/// Compares rows only: the other check finds missing rows.
pub(super) fn search_is_view(facts: &Facts) -> Vec<String> {
    let name = |Difference { trip_id, kind, .. }: &Difference| match kind {
        Kind::MissingRow { .. } => format!("{trip_id} is not found"),
        Kind::ExtraRow { .. } => format!("{trip_id} is found, and has no such row"),
        Kind::StaleVersion { view, trip } | Kind::AheadVersion { view, trip } => {
            format!("{trip_id} is found at version {view}; its row is at {trip}")
        }
        Kind::Field { field, view, trip } => {
            format!("{trip_id} is found with {field} {view}; its row has {trip}")
        }
        Kind::UnreadableRow { reason } | Kind::UnreadableTrip { reason } => {
            format!("{trip_id} cannot be read: {reason}")
        }
    };
    let departing = facts.rows.iter().filter(|row| row.departure_time.is_some()).cloned();
    let mut findings = differences(&departing.collect::<Vec<_>>(), &facts.found, name);
    findings.extend(repeats(&facts.found));
    findings
}

fn repeats(found: &[SearchRow]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let again = found.iter().filter(|row| !seen.insert(&row.trip_id));
    again.map(|row| format!("{} is found more than once", row.trip_id)).collect()
}

fn differences(
    expected: &[SearchRow],
    seen: &[SearchRow],
    name: impl Fn(&Difference) -> String,
) -> Vec<String> {
    let said = |rows: &[SearchRow]| rows.iter().cloned().map(Ok).collect::<Vec<_>>();
    match compare(said(expected), said(seen)) {
        Ok(differences) => differences.iter().map(name).collect(),
        Err(error) => vec![format!("the rows cannot be compared: {error}")],
    }
}
