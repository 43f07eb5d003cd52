//! Commands find a view that differs from the write table.

use domain::TripId;
use serde_json::{Value, json};
use store::Tables;
use store::view::{SearchRow, SearchView};

use super::system::System;

/// Writes to the view without the projector.
async fn view(system: &System) -> SearchView {
    SearchView::new(system.dynamodb().await, Tables::default().search)
}

async fn falsify(system: &System) {
    let view = view(system).await;
    let id = TripId::parse("t-1").unwrap();
    let row = view.look(&id).await.unwrap().map(|held| held.row.unwrap()).unwrap();
    let ahead = SearchRow { version: row.version + 1, hotel_name: None, ..row.clone() };
    view.put_newer(&ahead).await.unwrap();
    let extra = SearchRow { trip_id: TripId::parse("t-2").unwrap(), ..row };
    view.put_newer(&extra).await.unwrap();
}

#[tokio::test]
async fn drift_is_told_by_field_and_exits_with_1() {
    let system = System::start();
    system.confirmed("t-1");
    assert_eq!(system.trip("verify").code, Some(0));
    falsify(&system).await;

    let version = system.json("get t-1")["version"].as_u64().unwrap();
    let force = "trip rebuild --trip t-1 --force";
    let found = system.trip("verify --json");
    assert_eq!(found.code, Some(1));
    let report: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!((&report["trips"], &report["rows"]), (&json!(1), &json!(2)));
    assert_eq!(
        report["differences"],
        json!([
            {"trip_id": "t-1", "difference": "ahead_version", "view": version + 1, "trip": version,
             "mend": force},
            {"trip_id": "t-1", "difference": "field", "field": "hotel_name",
             "view": null, "trip": "Hôtel d'Été", "mend": force},
            {"trip_id": "t-2", "difference": "extra_row", "version": version,
             "mend": "trip rebuild --trip t-2 --remove-orphans"},
        ])
    );

    let one = system.trip("verify --trip t-2");
    assert_eq!(one.code, Some(1));
    assert!(one.stdout.contains("no such trip"), "{one:?}");

    let plain = system.trip("rebuild");
    assert_eq!(plain.code, Some(1), "{plain:?}");
    for told in ["t-1: the row is ahead of its trip\n", force, "t-2: the row has no trip\n"] {
        assert!(plain.stdout.contains(told), "{plain:?}");
    }
    // As printed, word for word.
    for mend in [force, "trip rebuild --trip t-2 --remove-orphans"] {
        let mended = system.trip(mend.strip_prefix("trip ").unwrap());
        assert_eq!(mended.code, Some(0), "{mended:?}");
    }
    assert_eq!(system.trip("verify").code, Some(0));
    assert_eq!(system.trip("rebuild").code, Some(0));
}
