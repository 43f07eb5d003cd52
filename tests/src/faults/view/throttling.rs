//! The view's table takes no more writes for a while.

use std::collections::BTreeSet;

use bed::{Bed, answers, faults, reported};
use serde_json::{Value, json};

use super::life::{Life, states};
use super::seen::{trip_of, written_since};
use crate::faults::bus::support::number_of;
use crate::logs::Logs;

/// As many as are written at once, and some more.
const TRIPS: usize = 12;

/// Trips that were begun in order, and then went on in order: two records each.
async fn begun(bed: &Bed) -> (Vec<Life>, Vec<Value>) {
    let mut lives: Vec<_> = (0..TRIPS).map(|number| Life::new(&format!("trip-{number}"))).collect();
    for _ in 0..2 {
        for life in &mut lives {
            life.go_on(bed, 1).await;
        }
    }
    let records = states(bed, 2 * TRIPS).await;
    (lives, records)
}

/// The rows of two trips in the middle of a batch are throttled, beyond all patience. The other
/// rows are written once each, and the first record of the first of the two is reported: from there
/// the batch comes again, writes these two rows and no other, and the view is whole.
#[tokio::test]
async fn fault_42_a_throttled_row_is_reported_by_its_first_record_and_nothing_is_skipped() {
    let bed = Bed::new().await;
    let (lives, records) = begun(&bed).await;
    let throttled = [7, 4].map(|at: usize| lives[at].trip_id.to_string());
    let struck = throttled.clone();
    bed.database.inject(move |call| {
        struck.iter().any(|trip| trip == trip_of(call)).then(answers::throttled)
    });
    let failed = reported(&bed.project(&records).await.unwrap());
    assert_eq!(failed, [number_of(&records[4])], "the first record of trip-4");
    let written: Vec<_> = written_since(&bed, 0);
    assert_eq!(written.len(), TRIPS - 2, "once each: {written:?}");
    assert_eq!(bed.rows().await.len(), TRIPS - 2);

    bed.database.heal();
    let earlier = bed.database.calls().len();
    assert_eq!(reported(&bed.project(&records[4..]).await.unwrap()), [""; 0]);
    let written: BTreeSet<_> = written_since(&bed, earlier).into_iter().collect();
    assert_eq!(written, throttled.into(), "what was throttled, and no other");
    assert_eq!(bed.rows().await, bed.fold().await);
}

/// The table takes nothing at all. The whole batch comes again, and is written then.
#[tokio::test]
async fn fault_42_while_nothing_can_be_written_the_whole_batch_is_kept() {
    let bed = Bed::new().await;
    let (_, records) = begun(&bed).await;
    bed.database.inject(faults::always("PutItem", answers::throttled()));
    let failed = reported(&bed.project(&records).await.unwrap());
    assert_eq!(failed, [number_of(&records[0])]);
    assert_eq!(bed.rows().await.len(), 0);

    bed.database.heal();
    assert_eq!(reported(&bed.project(&records).await.unwrap()), [""; 0]);
    assert_eq!(written_since(&bed, 0).len(), TRIPS);
    assert_eq!(bed.rows().await, bed.fold().await);
}

/// A moment of throttling, shorter than the store's patience, is waited out: nothing is reported,
/// and each row is written once.
#[tokio::test]
async fn fault_42_a_moment_of_throttling_is_waited_out() {
    let bed = Bed::new().await;
    let (_, records) = begun(&bed).await;
    bed.database.inject(faults::times(TRIPS, "PutItem", answers::throttled()));
    assert_eq!(reported(&bed.project(&records).await.unwrap()), [""; 0]);
    assert_eq!(written_since(&bed, 0).len(), TRIPS);
    assert_eq!(bed.rows().await, bed.fold().await);
}

/// Each throttled attempt is a line and a count with DynamoDB's reason, also when a retry succeeds.
#[tokio::test]
async fn fault_42_a_throttled_call_is_told_with_its_reason_and_its_table() {
    let (logs, bed) = (Logs::capture(), Bed::new().await);
    let (_, records) = begun(&bed).await;
    let (reason, table) = ("TableWriteKeyRangeThroughputExceeded", "arn:aws:dynamodb:::table/T");
    bed.database.inject(faults::times(2, "PutItem", answers::throttled_by(reason, table)));
    assert_eq!(reported(&bed.project(&records).await.unwrap()), [""; 0]);
    let lines = logs.lines();
    let told = lines.iter().filter(|line| line["message"] == "DynamoDB throttled a call");
    let told: Vec<_> =
        told.map(|line| (&line["level"], &line["reason"], &line["resource"])).collect();
    assert_eq!(told, [(&json!("WARN"), &json!(reason), &json!(table)); 2]);
    let counts = lines.iter().filter(|line| line["CallsThrottled"] == 1);
    let counts: Vec<_> = counts.map(|line| (&line["Reason"], &line["Resource"])).collect();
    assert_eq!(counts, [(&json!(reason), &json!(table)); 2]);
}
