//! A call lands on the bus and nobody hears of it.

use std::time::Duration;

use bed::{Bed, Fault, faults, reported};
use serde_json::json;

use super::support::{
    BEYOND_GRACE, assert_all_dispatched, booked, booked_on, dispatch_within, ids_of, left_pending,
    number_of, published, within,
};
use super::wire;
use crate::faults::schedules;

/// Time enough for a call that is answered; one that hangs is given up, before the SDK's own time
/// is up.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// The answer to the second call of two is lost on its way. The SDK sends the call again as it was:
/// its events arrive twice under the same ids, and no other event does.
///
/// Breaks when the client of the bus makes one attempt only (`lambda-kit/src/clients.rs`).
#[tokio::test]
async fn fault_33_a_call_whose_answer_is_lost_is_sent_again_with_the_same_ids() {
    schedules(33, 2);
    for fault in [Fault::LoseAnswer, Fault::Truncate] {
        let (bed, records) = booked(3).await;
        let ids = ids_of(&records);
        wire::strike_second_call(&bed, fault);
        assert_eq!(reported(&bed.dispatch(&records).await.unwrap()), [""; 0]);
        let calls = wire::calls(&bed);
        assert_eq!((calls.len(), &calls[1].body), (3, &calls[2].body));
        assert_eq!(published(&bed).await, [&ids[..], &ids[10..]].concat());
        assert_all_dispatched(&bed).await;
    }
}

/// The second call of two lands and is never answered. Its first record is reported and its events
/// stay pending; what comes again is the same events under the same ids, and not those of the first
/// call.
#[tokio::test]
async fn fault_33_a_call_that_is_never_answered_is_reported_and_comes_again_with_the_same_ids() {
    let (bed, records) = booked(3).await;
    let ids = ids_of(&records);
    let deps = bed.dispatcher().await;
    wire::strike_second_call(&bed, Fault::HangAfter);
    let left = dispatch_within(&bed, &deps, PATIENCE, &records).await;
    assert_eq!(left, [number_of(&records[10])]);
    assert_eq!(published(&bed).await, ids, "it has landed");
    left_pending(&bed, &records, 2).await;

    bed.events.heal();
    assert_eq!(reported(&bed.dispatch(&records[10..]).await.unwrap()), [""; 0]);
    assert_eq!(published(&bed).await, [&ids[..], &ids[10..]].concat());
    assert_all_dispatched(&bed).await;
}

/// The same happens to a sweep: the next one sends the same events under the same ids.
#[tokio::test]
async fn fault_33_a_sweep_that_is_never_answered_is_swept_again_with_the_same_ids() {
    let bed = Bed::new().await;
    let ids = ids_of(&booked_on(&bed, 1).await);
    let deps = bed.dispatcher().await;
    bed.clock.advance(BEYOND_GRACE);
    bed.events.inject(faults::always("PutEvents", Fault::HangAfter));
    let event = within(&bed, PATIENCE, json!({}));
    let report = dispatcher::sweeper::handle(&deps, event).await.unwrap();
    assert_eq!((&report["published"], &report["remaining"]), (&json!(0), &json!(true)));
    assert_eq!(published(&bed).await, ids, "it has landed");

    bed.events.heal();
    assert_eq!(bed.sweep().await.unwrap()["published"], json!(ids.len()));
    assert_eq!(published(&bed).await, [&ids[..], &ids[..]].concat());
    assert_all_dispatched(&bed).await;
}
