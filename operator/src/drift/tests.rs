//! Rows on both sides, and the differences that are found.

use domain::TripStatus;
use serde_json::json;
use store::CodecError;

use super::*;

fn row(id: &str, version: u64) -> SearchRow {
    serde_json::from_value(json!({
        "trip_id": id, "customer_id": "alice", "status": "CONFIRMED", "version": version,
        "created_at": "2026-03-01T01:00:00.000Z", "updated_at": "2026-03-01T01:00:01.500Z",
        "status_changed_at": "2026-03-01T01:00:01.500Z", "hotel_name": "Grand Hotel",
    }))
    .unwrap()
}

fn damaged(id: &str) -> Said {
    let source = CodecError::Missing("schema_version");
    Err(UnreadableItem { trip_id: id.to_owned(), source })
}

fn differences<const T: usize, const R: usize>(trips: [Said; T], rows: [Said; R]) -> Value {
    json!(compare(trips, rows).unwrap())
}

const REASON: &str = "the item has no attribute schema_version of the expected type";

#[test]
fn rows_in_another_order_do_not_differ() {
    let (a, b) = (row("a", 1), row("b", 2));
    assert_eq!(differences([Ok(a.clone()), Ok(b.clone())], [Ok(b), Ok(a)]), json!([]));
    assert_eq!(differences([], []), json!([]));
}

#[test]
fn a_row_may_be_missing_or_have_no_trip() {
    assert_eq!(
        differences([Ok(row("-a", 3))], [Ok(row("b", 2)), damaged("c")]),
        json!([
            {"trip_id": "-a", "difference": "missing_row", "version": 3,
             "mend": "trip rebuild --trip=-a"},
            {"trip_id": "b", "difference": "extra_row", "version": 2,
             "mend": "trip rebuild --trip b --remove-orphans"},
            {"trip_id": "c", "difference": "extra_row",
             "mend": "trip rebuild --trip c --remove-orphans"},
        ])
    );
}

#[test]
fn a_late_row_is_stale_whatever_else_differs() {
    let late = SearchRow { status: TripStatus::Pending, ..row("a", 2) };
    let found = differences([Ok(row("a", 3))], [Ok(late)]);
    assert_eq!(
        found[0],
        json!({"trip_id": "a", "difference": "stale_version", "view": 2, "trip": 3,
               "mend": "trip rebuild --trip a"})
    );
    assert_eq!((&found[1]["field"], &found[1]["view"]), (&json!("status"), &json!("PENDING")));
}

#[test]
fn a_row_that_is_ahead_of_its_trip_takes_force() {
    assert_eq!(
        differences([Ok(row("a", 3))], [Ok(row("a", 4))]),
        json!([{"trip_id": "a", "difference": "ahead_version", "view": 4, "trip": 3,
                "mend": "trip rebuild --trip a --force"}])
    );
}

#[test]
fn a_field_that_only_one_of_them_has_differs() {
    let without = SearchRow { hotel_name: None, ..row("a", 3) };
    assert_eq!(
        differences([Ok(row("a", 3))], [Ok(without)]),
        json!([{"trip_id": "a", "difference": "field", "field": "hotel_name",
                "view": null, "trip": "Grand Hotel", "mend": "trip rebuild --trip a --force"}])
    );
}

#[test]
fn what_cannot_be_read_is_named_on_either_side() {
    assert_eq!(
        differences([Ok(row("a", 3)), damaged("b")], [damaged("a"), Ok(row("b", 3))]),
        json!([
            {"trip_id": "a", "difference": "unreadable_row", "reason": REASON,
             "mend": "trip rebuild --trip a --force"},
            {"trip_id": "b", "difference": "unreadable_trip", "reason": REASON,
             "mend": "aws dynamodb get-item --table-name TripSagaTable --key \
                      '{\"PK\":{\"S\":\"TRIP#b\"},\"SK\":{\"S\":\"METADATA\"}}'"},
        ])
    );
    let foreign = differences([], [damaged("not an id")]);
    assert!(foreign[0]["mend"].as_str().unwrap().starts_with("aws dynamodb get-item"), "{foreign}");
}
