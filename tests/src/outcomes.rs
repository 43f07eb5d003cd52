//! What becomes of a trip when one step of its booking goes wrong: every step, every trouble, on
//! both engines.

mod expected;
mod observed;

use bed::{Booking, book_on, dynamodb_local, system_on};
use futures::future::join_all;
use local::System;
use serde_json::json;

use self::expected::{Expected, MATRIX};
use self::observed::observe;

#[tokio::test(flavor = "multi_thread")]
async fn every_trouble_of_every_step_ends_as_the_matrix_says_on_the_embedded_engine() {
    check("embedded", system_on(None).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_trouble_of_every_step_ends_as_the_matrix_says_on_dynamodb_local() {
    let endpoint = dynamodb_local().await.url();
    check("DynamoDB Local", system_on(Some(endpoint)).await).await;
}

async fn check(engine: &str, system: System) {
    join_all(MATRIX.iter().flatten().map(|row| book(&system, row))).await;
    system.idle().await.unwrap();
    let mut wrong = Vec::new();
    for row in MATRIX.iter().flatten() {
        let observed = observe(&system, &row.trip_id()).await;
        println!("{engine:14} {:28} {observed}", row.trip_id());
        if observed != row.picture() {
            wrong.push(format!(
                "{}\n  expected {}\n  observed {observed}",
                row.trip_id(),
                row.picture()
            ));
        }
    }
    system.stop().await;
    assert!(wrong.is_empty(), "{engine}:\n{}", wrong.join("\n"));
}

async fn book(system: &System, row: &Expected) {
    let sandbox = json!({ row.step: row.trouble });
    book_on(system, &Booking::new(&row.trip_id()).with_sandbox(sandbox)).await;
}
