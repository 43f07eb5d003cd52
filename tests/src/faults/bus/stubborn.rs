//! The bus refuses one event again and again, and takes the others.

use std::time::Duration;

use bed::{Bed, reported};
use rstest::rstest;
use serde_json::{Value, json};
use store::outbox::Parked;

use super::support::{
    BEYOND_GRACE, assert_all_dispatched, booked, booked_on, by_trip, ids_of, key_of, number_of,
    parked_reason, pending, published,
};

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Refuses one event with this code, for as long as nothing else is said.
fn refuse(bed: &Bed, id: &str, code: &'static str) {
    let id = id.to_owned();
    bed.bus.refuse(move |entry| entry.detail.as_ref()?.contains(&id).then_some(code));
}

fn without(ids: &[String], at: usize) -> Vec<String> {
    [&ids[..at], &ids[at + 1..]].concat()
}

async fn sweep(bed: &Bed) -> Value {
    bed.sweep().await.unwrap()
}

/// The event stands anywhere in a batch of three calls. All others are published and marked, each
/// trip's in order, and nothing is reported, so that nothing comes again.
#[rstest]
#[tokio::test]
async fn fault_66_an_event_that_is_refused_for_now_does_not_hold_up_its_batch(
    #[values("InternalFailure", "ThrottlingException")] code: &'static str,
    #[values(0, 7, 10, 23)] at: usize,
) {
    let (bed, records) = booked(6).await;
    let ids = ids_of(&records);
    refuse(&bed, &ids[at], code);
    assert_eq!(reported(&bed.dispatch(&records).await.unwrap()), [""; 0]);
    let taken = published(&bed).await;
    assert_eq!(by_trip(&records, taken), by_trip(&records, without(&ids, at)));
    let left: Vec<_> = pending(&bed, &records).await.iter().map(ToString::to_string).collect();
    assert_eq!(left, ids[at..=at]);
    assert_eq!(bed.outbox().open_counts().await.unwrap().parked_events, 0);
}

/// The event is the last of its batch, in a call of its own.
#[tokio::test]
async fn fault_66_the_last_event_of_a_batch_is_left_where_the_bus_took_the_others() {
    let bed = Bed::new().await;
    let records = booked_on(&bed, 3).await.split_off(1);
    let ids = ids_of(&records);
    refuse(&bed, &ids[10], "InternalFailure");
    assert_eq!(reported(&bed.dispatch(&records).await.unwrap()), [""; 0]);
    assert_eq!(published(&bed).await, ids[..10]);
}

/// The event is alone in its batch, as bisecting leaves it. Its shard waits for it, since this may
/// be an outage; but for no more than a minute.
#[tokio::test]
async fn fault_66_an_event_that_is_refused_alone_holds_up_its_shard_for_a_minute_at_most() {
    let (bed, records) = booked(1).await;
    refuse(&bed, &ids_of(&records)[0], "InternalFailure");
    let alone = &records[..1];
    assert_eq!(reported(&bed.dispatch(alone).await.unwrap()), [number_of(&alone[0])]);
    bed.clock.advance(Duration::from_secs(61));
    assert_eq!(reported(&bed.dispatch(alone).await.unwrap()), [""; 0]);
    assert_eq!(pending(&bed, alone).await.len(), 1);
}

/// Nothing came by the stream. The sweep publishes the events of all shards, before and after the
/// one that is refused; that one is met again, and parked when the bus has refused it for a day. An
/// operator sends it on its way again.
#[tokio::test]
async fn fault_66_an_event_that_is_refused_for_now_does_not_hold_up_the_sweep_and_is_parked_in_the_end()
 {
    let (bed, records) = booked(6).await;
    let ids = ids_of(&records);
    refuse(&bed, &ids[9], "InternalFailure");
    bed.clock.advance(BEYOND_GRACE);
    let report = sweep(&bed).await;
    assert_eq!((&report["published"], &report["failed"]), (&json!(ids.len() - 1), &json!(1)));
    assert_eq!(report["remaining"], json!(false));

    let key = key_of(&records[9]);
    for (hours, parked) in [(0, false), (23, false), (1, true)] {
        bed.clock.advance(Duration::from_secs(hours * 60 * 60));
        sweep(&bed).await;
        assert_eq!(parked_reason(&bed, &key).await.is_some(), parked, "{hours}");
    }
    let reason = parked_reason(&bed, &key).await.unwrap();
    assert!(
        reason.ends_with("while it took others: InternalFailure: refused by the test"),
        "{reason}"
    );

    bed.bus.accept_all();
    assert_eq!(bed.outbox().redrive(&key).await.unwrap(), Parked::Done);
    assert_eq!(sweep(&bed).await["published"], json!(1));
    assert_all_dispatched(&bed).await;
}

/// A redriven event is given another day.
#[tokio::test]
async fn fault_66_a_redriven_event_is_not_parked_at_its_first_refusal() {
    let (bed, records) = booked(1).await;
    let key = key_of(&records[0]);
    refuse(&bed, &ids_of(&records)[0], "InternalFailure");
    bed.clock.advance(BEYOND_GRACE);
    for _ in 0..2 {
        sweep(&bed).await;
        bed.clock.advance(A_DAY);
    }
    assert!(parked_reason(&bed, &key).await.is_some());
    bed.outbox().redrive(&key).await.unwrap();
    sweep(&bed).await;
    assert_eq!(parked_reason(&bed, &key).await, None);
    assert_eq!(pending(&bed, &records).await, [key.event_id]);
}
