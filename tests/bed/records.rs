//! What stream records are about, and batches of them.

use domain::TripId;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;
use store::keys;

/// The trip that a record belongs to.
#[must_use]
pub fn trip_of(record: &Value) -> TripId {
    let key = record["dynamodb"]["Keys"][keys::PK]["S"].as_str().unwrap();
    TripId::parse(key.trim_start_matches("TRIP#")).unwrap()
}

/// The records in batches of random sizes.
#[must_use]
pub fn cut<'a>(mut records: &'a [Value], random: &mut StdRng) -> Vec<&'a [Value]> {
    let mut batches = Vec::new();
    while !records.is_empty() {
        let (batch, rest) = records.split_at(random.random_range(1..=records.len()));
        batches.push(batch);
        records = rest;
    }
    batches
}
