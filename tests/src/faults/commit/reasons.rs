//! A transaction is cancelled for more than one reason: every one of them is read.

use bed::{Bed, Booking, answers, faults};
use domain::ErrorCode;
use saga::Operation;
use serde_json::json;
use store::{CommitError, StoreError};

use super::support::{READ, WRITE, first_change, id, proxy_event, run, unhurried_trips};
use crate::faults::schedules;

const NONE: &str = "None";
const CONFLICT: &str = "TransactionConflict";
const THROTTLES: [&str; 2] = ["ThrottlingError", "ProvisionedThroughputExceeded"];
const FAILED: &str = "ConditionalCheckFailed";

/// Every way to fill so many positions with these codes.
fn combinations(codes: &[&'static str], positions: usize) -> Vec<Vec<&'static str>> {
    (0..positions).fold(vec![Vec::new()], |shorter, _| {
        let longer = |reasons: &Vec<_>| {
            codes.iter().map(|code| [&reasons[..], &[*code]].concat()).collect::<Vec<_>>()
        };
        shorter.iter().flat_map(longer).collect()
    })
}

/// The code that a caller is told of these reasons: throttling asks for more patience than a
/// conflict.
fn expected(reasons: &[&str]) -> ErrorCode {
    let throttled = reasons.iter().any(|code| THROTTLES.contains(code));
    if throttled { ErrorCode::StoreThrottled } else { ErrorCode::StoreConflict }
}

/// Conflict and throttling, in every mixture and at every position of a commit's reasons. The
/// commit backs off, is sent as often as any other, and fails as what it is: nothing exists, and
/// nothing is missing.
#[tokio::test]
async fn fault_07_a_commit_reads_every_reason_and_backs_off() {
    let bed = Bed::new().await;
    let all = combinations(&[NONE, CONFLICT, THROTTLES[0], THROTTLES[1]], 3);
    let mixtures: Vec<_> = all.into_iter().filter(|reasons| *reasons != [NONE; 3]).collect();
    for reasons in &mixtures {
        bed.database.inject(faults::always(WRITE, answers::cancelled(reasons)));
        let (trips, pauses) = unhurried_trips(&bed).await;
        let before = bed.database.calls_of(WRITE).len();
        let error = trips.commit(&first_change(&bed, "trip-1")).await.unwrap_err();
        assert_eq!(error.code(), expected(reasons), "{reasons:?}");
        assert!(error.code().is_transient(), "{reasons:?}");
        assert_eq!(bed.database.calls_of(WRITE).len() - before, 5, "{reasons:?}");
        assert_eq!(pauses.taken().len(), 4, "{reasons:?}");
        bed.database.heal();
    }
    assert_eq!(bed.trip(&id("trip-1")).await, None);
    schedules(7, mixtures.len());
}

/// A failed condition is the truth about the trip, whatever else happened beside it: the race is
/// lost at once, and nobody waits.
#[tokio::test]
async fn fault_07_a_failed_condition_among_the_reasons_decides() {
    let bed = Bed::new().await;
    let all = combinations(&[NONE, CONFLICT, THROTTLES[0], FAILED], 3);
    let mixtures: Vec<_> = all.into_iter().filter(|reasons| reasons.contains(&FAILED)).collect();
    for reasons in &mixtures {
        bed.database.inject(faults::once(WRITE, answers::cancelled(reasons)));
        let (trips, pauses) = unhurried_trips(&bed).await;
        let outcome = trips.commit(&first_change(&bed, "trip-1")).await;
        assert!(matches!(outcome, Err(CommitError::LostRace)), "{reasons:?}: {outcome:?}");
        assert!(pauses.taken().is_empty(), "{reasons:?}");
    }
    assert_eq!(bed.trip(&id("trip-1")).await, None);
    schedules(7, mixtures.len());
}

/// A load that is throttled or fails is an error in every case, and never "there is no such trip".
#[tokio::test]
async fn fault_07_a_load_that_fails_never_finds_nothing() {
    let bed = Bed::new().await;
    bed.trips().commit(&first_change(&bed, "trip-1")).await.unwrap();
    let answers = [
        (answers::throttled(), ErrorCode::StoreThrottled),
        (answers::internal(), ErrorCode::StoreUnavailable),
        (answers::invalid(), ErrorCode::StoreRejected),
    ];
    for (answer, code) in answers {
        bed.database.inject(faults::always(READ, answer));
        let (trips, _) = unhurried_trips(&bed).await;
        let error: StoreError = trips.load(&id("trip-1")).await.unwrap_err();
        assert_eq!(error.code(), code);
        bed.database.heal();
    }
    schedules(7, 3);
}

/// What the callers see: a step fails for now, a reader is asked for patience, and neither is told
/// that a trip exists or is not there.
#[tokio::test]
async fn fault_07_callers_are_asked_for_patience() {
    let bed = Bed::new().await;
    let task = Booking::new("trip-1").task("alice", "saga-1");
    run(&bed, Operation::FlightReserve, task.clone()).await.unwrap();
    let mixture = answers::cancelled(&[CONFLICT, THROTTLES[0], NONE, CONFLICT]);
    bed.database.inject(faults::always(WRITE, mixture));
    let step = run(&bed, Operation::HotelReserve, task.clone()).await;
    assert_eq!(step.unwrap_err().code, ErrorCode::StoreThrottled);
    bed.database.inject(faults::always(READ, answers::throttled()));
    let step = run(&bed, Operation::HotelReserve, task.clone());
    let read = bed.query(proxy_event("GET", "/trips/trip-1", &json!({})));
    let (step, read) = tokio::join!(step, read);
    assert_eq!(step.unwrap_err().code, ErrorCode::StoreThrottled);
    assert_eq!(read.unwrap()["statusCode"], 503);

    bed.database.heal();
    run(&bed, Operation::HotelReserve, task).await.unwrap();
    assert_eq!(bed.trip(&id("trip-1")).await.unwrap().state().version, 3);
}
