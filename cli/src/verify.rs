//! What must hold between the write table and the search view: every trip has one row, which says
//! what the trip says. Pure: rows in, differences out.

use std::collections::{BTreeMap, BTreeSet};

use domain::TripId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::view::SearchRow;

/// The field that tells a late row from a wrong one.
const VERSION: &str = "version";

/// One way in which the view does not show a trip as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The trip.
    pub trip_id: TripId,
    /// What differs.
    #[serde(flatten)]
    pub kind: Kind,
}

/// How a row may differ from its trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum Kind {
    /// The trip has no row.
    MissingRow {
        /// The version that the row should show.
        version: u64,
    },
    /// The row has no trip.
    ExtraRow {
        /// The version that the row shows.
        version: u64,
    },
    /// The row shows an older version of the trip.
    StaleVersion {
        /// The row's version.
        view: u64,
        /// The trip's.
        trip: u64,
    },
    /// A field has another value.
    Field {
        /// The field's name in the row.
        field: String,
        /// The row's value; null where it has none.
        view: Value,
        /// The trip's value; null where it has none.
        trip: Value,
    },
}

/// Compares trips with the rows of the view, in whatever order they come.
///
/// # Errors
/// Where a row cannot be written as JSON, which none of ours causes.
pub fn compare(
    trips: impl IntoIterator<Item = SearchRow>,
    rows: impl IntoIterator<Item = SearchRow>,
) -> serde_json::Result<Vec<Difference>> {
    let mut pairs = BTreeMap::<TripId, (Option<SearchRow>, Option<SearchRow>)>::new();
    for trip in trips {
        let (known, _) = pairs.entry(trip.trip_id.clone()).or_default();
        *known = Some(trip);
    }
    for row in rows {
        let (_, shown) = pairs.entry(row.trip_id.clone()).or_default();
        *shown = Some(row);
    }
    let mut differences = Vec::new();
    for (trip, row) in pairs.values() {
        differences.extend(compare_one(trip.as_ref(), row.as_ref())?);
    }
    Ok(differences)
}

/// Compares one trip with its row.
///
/// # Errors
/// As [`compare`].
pub fn compare_one(
    trip: Option<&SearchRow>,
    row: Option<&SearchRow>,
) -> serde_json::Result<Vec<Difference>> {
    let (present, kinds) = match (trip, row) {
        (None, None) => return Ok(Vec::new()),
        (Some(trip), Some(row)) => (trip, fields(trip, row)?),
        (Some(trip), None) => (trip, vec![Kind::MissingRow { version: trip.version }]),
        (None, Some(row)) => (row, vec![Kind::ExtraRow { version: row.version }]),
    };
    let difference = |kind| Difference { trip_id: present.trip_id.clone(), kind };
    Ok(kinds.into_iter().map(difference).collect())
}

/// Each field that differs, the version first: it explains the others.
fn fields(trip: &SearchRow, row: &SearchRow) -> serde_json::Result<Vec<Kind>> {
    let stale = row.version < trip.version;
    let late = Kind::StaleVersion { view: row.version, trip: trip.version };
    let mut kinds: Vec<_> = stale.then_some(late).into_iter().collect();
    let (trip, row) = (object(trip)?, object(row)?);
    let names: BTreeSet<_> = trip.keys().chain(row.keys()).collect();
    for field in names.into_iter().filter(|field| !(stale && *field == VERSION)) {
        let (trip, view) = (value(&trip, field), value(&row, field));
        if trip != view {
            kinds.push(Kind::Field { field: field.clone(), view, trip });
        }
    }
    Ok(kinds)
}

fn object(row: &SearchRow) -> serde_json::Result<Map<String, Value>> {
    serde_json::from_value(serde_json::to_value(row)?)
}

fn value(row: &Map<String, Value>, field: &str) -> Value {
    row.get(field).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::TripStatus;
    use serde_json::json;

    fn row(id: &str, version: u64) -> SearchRow {
        serde_json::from_value(json!({
            "trip_id": id, "customer_id": "alice", "status": "CONFIRMED", "version": version,
            "created_at": "2026-03-01T01:00:00.000Z", "updated_at": "2026-03-01T01:00:01.500Z",
            "status_changed_at": "2026-03-01T01:00:01.500Z", "hotel_name": "Grand Hotel",
        }))
        .unwrap()
    }

    fn differences(trips: &[SearchRow], rows: &[SearchRow]) -> Value {
        json!(compare(trips.to_vec(), rows.to_vec()).unwrap())
    }

    #[test]
    fn rows_in_another_order_do_not_differ() {
        let (a, b) = (row("a", 1), row("b", 2));
        assert_eq!(differences(&[a.clone(), b.clone()], &[b, a]), json!([]));
        assert_eq!(differences(&[], &[]), json!([]));
    }

    #[test]
    fn a_row_may_be_missing_or_have_no_trip() {
        assert_eq!(
            differences(&[row("a", 3)], &[row("b", 2)]),
            json!([
                {"trip_id": "a", "difference": "missing_row", "version": 3},
                {"trip_id": "b", "difference": "extra_row", "version": 2},
            ])
        );
    }

    #[test]
    fn a_late_row_is_stale_whatever_else_differs() {
        let late = SearchRow { status: TripStatus::Pending, ..row("a", 2) };
        assert_eq!(
            differences(&[row("a", 3)], &[late]),
            json!([
                {"trip_id": "a", "difference": "stale_version", "view": 2, "trip": 3},
                {"trip_id": "a", "difference": "field", "field": "status",
                 "view": "PENDING", "trip": "CONFIRMED"},
            ])
        );
    }

    #[test]
    fn a_row_that_is_ahead_of_its_trip_differs_in_its_version() {
        assert_eq!(
            differences(&[row("a", 3)], &[row("a", 4)]),
            json!([{"trip_id": "a", "difference": "field", "field": "version", "view": 4, "trip": 3}])
        );
    }

    #[test]
    fn a_field_that_only_one_of_them_has_differs() {
        let without = SearchRow { hotel_name: None, ..row("a", 3) };
        assert_eq!(
            differences(&[row("a", 3)], &[without]),
            json!([{"trip_id": "a", "difference": "field", "field": "hotel_name",
                    "view": null, "trip": "Grand Hotel"}])
        );
    }
}
