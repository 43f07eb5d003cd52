//! What stream records are about.

use domain::TripId;
use serde_json::Value;
use store::keys;

/// The trip that a record belongs to.
#[must_use]
pub fn trip_of(record: &Value) -> TripId {
    let key = record["dynamodb"]["Keys"][keys::PK]["S"].as_str().unwrap();
    TripId::parse(key.trim_start_matches("TRIP#")).unwrap()
}
