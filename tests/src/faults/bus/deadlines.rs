//! The dispatcher and the sweeper answer by their deadline, whatever takes too long.

use std::time::Duration;

use bed::{Bed, Fault, faults, reported};
use serde_json::json;

use super::support::{
    BEYOND_GRACE, assert_all_dispatched, booked, booked_on, dispatch_within, ids_of, left_pending,
    number_of, published, within,
};
use super::wire;

/// Time enough for what is answered, and up before the SDK gives up what is not.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// The bus falls silent in the middle of a batch. When the time is up the first record that is not
/// published is reported; what was published before is marked, and is not repeated.
///
/// Breaks when delivery goes on behind a call that was not answered (`dispatcher/src/delivery.rs`).
#[tokio::test]
async fn fault_28_a_dispatcher_out_of_time_reports_the_first_undone_record() {
    let (bed, records) = booked(6).await;
    let (ids, deps) = (ids_of(&records), bed.dispatcher().await);
    wire::strike_second_call(&bed, Fault::Hang);
    let left = dispatch_within(&bed, &deps, PATIENCE, &records).await;
    assert_eq!(left, [number_of(&records[10])]);
    assert_eq!(wire::calls(&bed).len(), 2, "the third call is not begun");
    left_pending(&bed, &records, records.len() - 10).await;

    bed.events.heal();
    assert_eq!(reported(&bed.dispatch(&records[10..]).await.unwrap()), [""; 0]);
    assert_eq!(published(&bed).await, ids);
    assert_all_dispatched(&bed).await;
}

/// The table does not say which events of an old batch are still pending. The batch is published
/// unasked, within the same invocation: a duplicate does less harm than a delay.
#[tokio::test]
async fn fault_28_a_silent_table_does_not_keep_an_old_batch_from_the_bus() {
    let (bed, records) = booked(1).await;
    let deps = bed.dispatcher().await;
    bed.clock.advance(BEYOND_GRACE);
    bed.database.inject(faults::always("BatchGetItem", Fault::Hang));
    let left = dispatch_within(&bed, &deps, 2 * PATIENCE, &records).await;
    assert_eq!(left, [""; 0]);
    assert_eq!(published(&bed).await, ids_of(&records));
    assert_all_dispatched(&bed).await;
}

/// The table does not answer a sweep. The sweep ends by its deadline, without a second attempt, and
/// says that there is more to do.
#[tokio::test]
async fn fault_28_a_sweep_of_a_silent_table_ends_by_its_deadline() {
    let bed = Bed::new().await;
    booked_on(&bed, 1).await;
    let deps = bed.dispatcher().await;
    bed.clock.advance(BEYOND_GRACE);
    bed.database.inject(faults::always("Query", Fault::Hang));
    let report = dispatcher::sweeper::handle(&deps, within(&bed, Duration::ZERO, json!({}))).await;
    let nothing =
        json!({ "published": 0, "marked": 0, "parked": 0, "failed": 1, "remaining": true });
    assert_eq!(report.unwrap(), nothing);
    let shards = bed.database.calls_of("Query");
    let sweeping = shards.iter().filter(|call| call.body.to_string().contains(":cutoff"));
    assert_eq!(sweeping.count(), 1);
    assert!(shards.iter().all(|call| call.attempt == 1));

    bed.database.heal();
    assert_eq!(bed.sweep().await.unwrap()["published"], json!(4));
    assert_all_dispatched(&bed).await;
}
