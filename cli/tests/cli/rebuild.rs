//! A rebuild writes lost rows again from the write table.

use serde_json::{Value, json};
use store::Tables;

use super::system::System;

/// Removes a trip's row without the projector.
async fn lose_row(system: &System, trip: &str) {
    let key = json!({ "trip_id": { "S": trip } });
    let request = json!({ "TableName": Tables::default().search, "Key": key });
    let delete = reqwest::Client::builder().no_proxy().build().unwrap();
    let delete = delete.post(system.url("dynamodb")).body(request.to_string());
    let delete = delete.header("content-type", "application/x-amz-json-1.0");
    let delete = delete.header("x-amz-date", "20240102T030405Z");
    let delete = delete.header("authorization", "AWS4-HMAC-SHA256 Credential=local/20240102/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none");
    let answer = delete.header("x-amz-target", "DynamoDB_20120810.DeleteItem").send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

fn report(dry_run: bool, written: u64, unchanged: u64) -> Value {
    json!({
        "dry_run": dry_run, "read": written + unchanged,
        "written": written, "unchanged": unchanged, "removed": 0, "left": [], "unreadable": [],
    })
}

#[tokio::test]
async fn a_lost_row_is_written_again_unless_it_is_a_dry_run() {
    let system = System::start();
    system.confirmed("t-1");
    system.confirmed("t-2");
    assert_eq!(system.trip("verify").code, Some(0));
    lose_row(&system, "t-1").await;

    for _ in 0..2 {
        assert_eq!(system.json("rebuild --dry-run"), report(true, 1, 1), "nothing was written");
    }
    assert_eq!(system.json("rebuild --trip t-2"), report(false, 0, 1));
    assert_eq!(system.trip("rebuild").stdout, "2 trips read: 1 row written, 1 unchanged\n");
    assert_eq!(system.json("rebuild"), report(false, 0, 2));
    assert_eq!(system.json("verify")["rows"], 2);

    lose_row(&system, "t-1").await;
    assert_eq!(system.json("rebuild --trip t-1"), report(false, 1, 0));
    assert_eq!(system.json("verify")["rows"], 2);
}

#[test]
fn what_was_cut_off_goes_on_from_its_checkpoint_and_leaves_none() {
    let (system, folder) = (System::start(), tempfile::tempdir().unwrap());
    system.confirmed("t-1");
    let file = folder.path().join("checkpoint");
    let verify = format!("verify --segments 2 --rate 1000 --checkpoint {}", file.display());
    assert_eq!(system.json(&verify)["trips"], 1);
    assert!(!file.exists());
    // As a comparison leaves it that has read all trips and no rows.
    let found = json!({"trips": 7, "rows": 0, "differences": []});
    let left = json!({
        "pass": "verify TripSearchTable", "trips": ["end", "end"], "rows": ["start", "end"],
        "found": found,
    });
    std::fs::write(&file, left.to_string()).unwrap();
    assert_eq!(system.json(&verify)["trips"], 7);
    assert!(!file.exists());
    std::fs::write(&file, left.to_string()).unwrap();
    let other = system.trip(&format!("rebuild --checkpoint {}", file.display()));
    assert_eq!(other.code, Some(1), "{other:?}");
    assert!(other.stderr.contains("is not a checkpoint of this command"), "{other:?}");
    assert!(file.exists());
}

#[test]
fn a_trip_that_nobody_booked_has_no_row_to_rebuild() {
    let system = System::start();
    let refused = system.trip("rebuild --trip t-9");
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(3), ""));
    assert!(
        refused.stderr.contains("neither the write table nor the view knows a trip t-9"),
        "{refused:?}"
    );
}
