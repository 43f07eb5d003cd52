//! Lines of the `trip` command that mend what was found: they work when copied and pasted, whatever
//! the id is.

use std::fmt::Display;

use domain::TripId;
use serde_json::{Value, json};
use store::Tables;

/// The option with which `trip rebuild` replaces a row, whatever its content is.
pub const FORCE: &str = " --force";
/// The option with which `trip rebuild` removes rows that have no trip.
pub const REMOVE: &str = " --remove-orphans";

/// The command about a trip, such as `trip get t-1`. An id that begins with a dash follows the `--`
/// that ends all options.
#[must_use]
pub fn about(command: &str, trip: &TripId) -> String {
    let mark = if begins_with_a_dash(trip) { "-- " } else { "" };
    format!("trip {command} {mark}{trip}")
}

/// Rebuilds a trip's row. If the id is not valid in this release, it may be valid in a later one:
/// then the command only shows the row.
#[must_use]
pub fn rebuild(trip_id: &str, options: &str) -> String {
    match TripId::parse(trip_id) {
        Ok(trip) => with_trip("rebuild", &trip, options),
        Err(_) => look(&Tables::default().search, &json!({ "trip_id": { "S": trip_id } })),
    }
}

/// Shows a trip's root item. If that cannot be read, no command knows what the row should say.
#[must_use]
pub fn look_at_trip(trip_id: &str) -> String {
    let key = json!({ "PK": { "S": format!("TRIP#{trip_id}") }, "SK": { "S": "METADATA" } });
    look(&Tables::default().trips, &key)
}

fn look(table: &str, key: &Value) -> String {
    format!("aws dynamodb get-item --table-name {table} --key {}", quoted(key))
}

/// Such as `trip rebuild --trip t-1`, followed by further options.
#[must_use]
pub fn with_trip(command: &str, trip: &TripId, options: &str) -> String {
    let separator = if begins_with_a_dash(trip) { "=" } else { " " };
    format!("trip {command} --trip{separator}{trip}{options}")
}

/// The command of this program for an installation that `option` names; other programs' commands
/// stay as they are.
#[must_use]
pub fn with_option(command: &str, option: &str) -> String {
    if command.starts_with("trip ") { format!("{command}{option}") } else { command.to_owned() }
}

/// A text as one word for a shell.
#[must_use]
pub fn quoted(text: impl Display) -> String {
    format!("'{}'", text.to_string().replace('\'', r"'\''"))
}

fn begins_with_a_dash(trip: &TripId) -> bool {
    trip.as_str().starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> TripId {
        TripId::parse(text).unwrap()
    }

    #[test]
    fn an_id_that_begins_with_a_dash_is_not_an_option() {
        assert_eq!(about("get", &id("t-1")), "trip get t-1");
        assert_eq!(about("get", &id("-V1")), "trip get -- -V1");
        assert_eq!(with_trip("rebuild", &id("t-1"), " --force"), "trip rebuild --trip t-1 --force");
        assert_eq!(with_trip("verify", &id("--x"), ""), "trip verify --trip=--x");
    }

    #[test]
    fn a_quoted_text_is_one_word() {
        assert_eq!(quoted("a b'c"), r"'a b'\''c'");
    }
}
