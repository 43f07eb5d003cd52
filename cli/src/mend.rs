//! Commands that mend the search view, or show what no command of ours can mend.

use domain::TripId;
use serde_json::{Value, json};
use store::Tables;

use crate::hint;

/// Replaces what is there, whatever it says.
pub(crate) const FORCE: &str = " --force";
/// Removes what has no trip.
pub(crate) const REMOVE: &str = " --remove-orphans";

/// Rebuilds a trip's row. Where the id is none that this release knows, a later one may: then the
/// command only shows the row.
pub(crate) fn rebuild(trip_id: &str, options: &str) -> String {
    match TripId::parse(trip_id) {
        Ok(trip) => hint::with_trip("rebuild", &trip, options),
        Err(_) => look(&Tables::default().search, &json!({ "trip_id": { "S": trip_id } })),
    }
}

/// Shows a trip's root item. Where that cannot be read, no command knows what it should say.
pub(crate) fn look_at_trip(trip_id: &str) -> String {
    let key = json!({ "PK": { "S": format!("TRIP#{trip_id}") }, "SK": { "S": "METADATA" } });
    look(&Tables::default().trips, &key)
}

fn look(table: &str, key: &Value) -> String {
    format!("aws dynamodb get-item --table-name {table} --key {}", hint::quoted(key))
}
