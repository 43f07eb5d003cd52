//! Commands that repair the search view, or show a problem that no command of ours can repair.

use domain::TripId;
use serde_json::{Value, json};
use store::Tables;

use crate::hint;

/// Replaces the row, whatever its content is.
pub(crate) const FORCE: &str = " --force";
/// Removes rows that have no trip.
pub(crate) const REMOVE: &str = " --remove-orphans";

/// Rebuilds a trip's row. If the id is not valid in this release, it may be valid in a later one:
/// then the command only shows the row.
pub(crate) fn rebuild(trip_id: &str, options: &str) -> String {
    match TripId::parse(trip_id) {
        Ok(trip) => hint::with_trip("rebuild", &trip, options),
        Err(_) => look(&Tables::default().search, &json!({ "trip_id": { "S": trip_id } })),
    }
}

/// Shows a trip's root item. If that cannot be read, no command knows what the row should say.
pub(crate) fn look_at_trip(trip_id: &str) -> String {
    let key = json!({ "PK": { "S": format!("TRIP#{trip_id}") }, "SK": { "S": "METADATA" } });
    look(&Tables::default().trips, &key)
}

fn look(table: &str, key: &Value) -> String {
    format!("aws dynamodb get-item --table-name {table} --key {}", hint::quoted(key))
}
