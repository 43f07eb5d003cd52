//! Marks that the table refuses for good, as where a right is missing or an engine has no
//! `PartiQL`.

use std::time::Duration;

use bed::{Bed, Fault, answers, faults, reported};
use lambda_kit::metrics::recorded;
use rstest::rstest;
use serde_json::{Value, json};

use super::support::{
    BEYOND_GRACE, LONG, assert_all_dispatched, booked, ids_of, pending, published, within,
};

/// As many minutes as show that the pause between two tries grows no more.
const MINUTES: usize = 20;
const A_MINUTE: Duration = Duration::from_secs(60);
/// More than the longest pause between two tries of marks.
const LONGEST_WAIT: Duration = Duration::from_secs(5 * 60);

fn refused_right() -> Fault {
    answers::error(
        400,
        "com.amazon.coral.service#AccessDeniedException",
        "no right to PartiQLUpdate",
    )
}

fn unknown_operation() -> Fault {
    answers::error(400, "com.amazon.coral.service#UnknownOperationException", "no such operation")
}

async fn sweep(bed: &Bed, deps: &dispatcher::Deps) -> Value {
    dispatcher::sweeper::handle(deps, within(bed, LONG, json!({}))).await.unwrap()
}

fn marks(bed: &Bed) -> usize {
    bed.database.calls_of("BatchExecuteStatement").len()
}

/// Every mark is refused for a while, and the sweeper comes every minute. The dispatcher publishes
/// each event once, and the sweeper, which cannot know of it, once more; marks are tried more and
/// more seldom. When they can be made again, nothing is published for it.
#[rstest]
#[tokio::test]
async fn fault_75_events_that_cannot_be_marked_are_not_published_again_and_again(
    #[values(refused_right(), unknown_operation(), answers::invalid())] refusal: Fault,
) {
    let (bed, records) = booked(3).await;
    let ids = ids_of(&records);
    bed.database.inject(faults::always("BatchExecuteStatement", refusal));
    let (answer, told) = recorded(bed.dispatch(&records)).await;
    assert_eq!((reported(&answer.unwrap()), told["MarksRefused"]), (vec![], ids.len() as u64));

    bed.clock.advance(BEYOND_GRACE);
    let deps = bed.dispatcher().await;
    let (_, told) = recorded(sweep(&bed, &deps)).await;
    assert_eq!(told["MarksRefused"], ids.len() as u64);
    let tried = marks(&bed);
    for _ in 0..MINUTES {
        bed.clock.advance(A_MINUTE);
        let report = sweep(&bed, &deps).await;
        assert_eq!((&report["published"], &report["failed"]), (&json!(0), &json!(0)));
    }
    assert_eq!(published(&bed).await.len(), 2 * ids.len());
    assert!(marks(&bed) - tried <= MINUTES / 3, "{} calls", marks(&bed) - tried);
    assert_eq!(pending(&bed, &records).await.len(), ids.len());

    bed.database.heal();
    bed.clock.advance(LONGEST_WAIT);
    assert_eq!(sweep(&bed, &deps).await["marked"], json!(ids.len()));
    assert_eq!(published(&bed).await.len(), 2 * ids.len());
    assert_all_dispatched(&bed).await;
}

/// While no mark can be made, events are committed that no stream brings: each is published all the
/// same.
#[tokio::test]
async fn fault_75_an_event_that_was_never_published_is_published_while_marks_fail() {
    let bed = Bed::new().await;
    bed.database.inject(faults::always("BatchExecuteStatement", refused_right()));
    let deps = bed.dispatcher().await;
    for trip in 0..3 {
        let trip = bed.book(&format!("trip-{trip}")).await;
        bed.clock.advance(BEYOND_GRACE);
        sweep(&bed, &deps).await;
        assert_eq!(bed.bus.published_of(&trip).await, bed.committed(&trip).await);
    }
}
