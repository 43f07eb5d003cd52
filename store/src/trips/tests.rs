//! What a commit sends, and how it handles every answer.

use std::time::Duration;

use domain::event::Fact;
use domain::{Change, ErrorCode, Trip};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::transaction::Transaction;
use super::{Trace, TripStore};
use crate::canned::{CannedAnswer, Script};
use crate::limits::{MAX_ACTIONS, MAX_EVENT_BYTES, MAX_ITEM_BYTES, MAX_TRANSACTION_BYTES};
use crate::sample::first_change;
use crate::{CommitError, StoreError};

fn store(script: &Script) -> TripStore {
    TripStore::new(script.client(), "trips")
}

async fn commit(
    answers: impl IntoIterator<Item = CannedAnswer>,
) -> (Script, Result<(), CommitError>) {
    let script = Script::new(answers);
    let outcome = store(&script).commit(&first_change()).await;
    (script, outcome)
}

/// The item of the request's action number `n`.
fn item(request: &Value, n: usize) -> &Value {
    &request["TransactItems"][n]["Put"]["Item"]
}

#[tokio::test]
async fn state_and_event_go_out_in_one_request() {
    let (script, outcome) = commit([CannedAnswer::ok(json!({}))]).await;
    outcome.unwrap();
    let [request] = script.requests().try_into().unwrap();
    assert_eq!(request["ClientRequestToken"].as_str().map(str::len), Some(36));
    let kinds: Vec<_> = (0..3).map(|n| item(&request, n)["entity_type"]["S"].clone()).collect();
    assert_eq!(kinds, ["Trip", "FlightReservation", "OutboxEvent"]);
    let condition = &request["TransactItems"][0]["Put"]["ConditionExpression"];
    assert_eq!(condition, "attribute_not_exists(#pk)");
}

#[tokio::test]
async fn an_event_is_stored_ready_to_publish_under_the_id_that_it_carries() {
    let script = Script::new([CannedAnswer::ok(json!({}))]);
    let trace = Trace {
        traceparent: Some("00-12".to_owned()),
        trace_header: Some(";Lineage=a".to_owned()),
    };
    store(&script).with_trace(trace).commit(&first_change()).await.unwrap();
    let event = item(&script.requests()[0], 2).clone();
    let envelope: Value = serde_json::from_str(event["detail"]["S"].as_str().unwrap()).unwrap();
    assert_eq!(event["SK"]["S"], json!(format!("OUTBOX#{}", envelope["id"].as_str().unwrap())));
    assert_eq!(event["GSI1PK"]["S"], "OUTBOX#PENDING#28");
    assert_eq!(event["GSI1SK"]["S"], "2026-03-01T01:00:00.120Z#trip-1#0000000001");
    assert_eq!(event["status"]["S"], "pending");
    assert_eq!(event["trace_header"]["S"], ";Lineage=a");
    assert_eq!(envelope["traceparent"], "00-12");
    // What its key and its envelope say stands nowhere else.
    for repeated in ["trip_id", "event_type", "occurred_at", "sequence", "traceparent"] {
        assert_eq!(event.get(repeated), None, "{repeated}");
    }
    assert_eq!(event.get("expires_at"), None);
}

#[tokio::test]
async fn only_what_changed_is_written_and_only_over_the_version_that_was_loaded() {
    let first = first_change();
    let mut state = first.trip.state().clone();
    state.version += 1;
    let second =
        Change { before: Some(first.trip), trip: Trip::restore(state), events: Vec::new() };
    let script = Script::new([CannedAnswer::ok(json!({}))]);
    store(&script).commit(&second).await.unwrap();
    let actions = script.requests()[0]["TransactItems"].clone();
    assert_eq!(actions.as_array().map(Vec::len), Some(1));
    assert_eq!(actions[0]["Put"]["ConditionExpression"], "#version = :version");
    assert_eq!(actions[0]["Put"]["ExpressionAttributeValues"][":version"]["N"], "1");
}

#[tokio::test]
async fn a_conflict_is_waited_out_with_the_identical_request() {
    let conflict = || CannedAnswer::cancelled(&["TransactionConflict", "None", "None"]);
    let (script, outcome) = commit([conflict(), conflict(), CannedAnswer::ok(json!({}))]).await;
    outcome.unwrap();
    let requests = script.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| *request == requests[0]));
}

#[tokio::test]
async fn a_conflict_without_end_is_a_lost_race() {
    let conflict = CannedAnswer::cancelled(&["TransactionConflict"]);
    let (script, outcome) = commit(vec![conflict; 5]).await;
    assert!(matches!(outcome, Err(CommitError::LostRace)), "{outcome:?}");
    assert_eq!(script.requests().len(), 5);
}

#[tokio::test]
async fn a_failed_condition_is_never_tried_again() {
    for reasons in [
        vec!["ConditionalCheckFailed", "None", "None"],
        vec!["TransactionConflict", "ConditionalCheckFailed", "ThrottlingError"],
    ] {
        let (script, outcome) = commit([CannedAnswer::cancelled(&reasons)]).await;
        assert!(matches!(outcome, Err(CommitError::LostRace)), "{outcome:?}");
        assert_eq!(script.requests().len(), 1);
    }
}

#[tokio::test]
async fn conflict_and_throttle_together_back_off_and_then_ask_for_less_traffic() {
    let both = CannedAnswer::cancelled(&["TransactionConflict", "ThrottlingError"]);
    let (script, outcome) = commit(vec![both; 5]).await;
    let error = outcome.unwrap_err();
    assert!(matches!(&error, CommitError::Store(StoreError::Throttled { .. })), "{error}");
    assert_eq!(error.code(), ErrorCode::StoreThrottled);
    assert_eq!(script.pauses().len(), 4);
}

#[tokio::test]
async fn a_transaction_in_progress_is_asked_for_until_it_has_ended() {
    let busy = || CannedAnswer::exception("TransactionInProgressException");
    let (script, outcome) = commit([busy(), busy(), CannedAnswer::ok(json!({}))]).await;
    outcome.unwrap();
    assert!(script.pauses().iter().all(|pause| *pause >= Duration::from_secs(1)));
}

#[tokio::test]
async fn a_transaction_that_stays_in_progress_has_an_unknown_outcome() {
    let busy = CannedAnswer::exception("TransactionInProgressException");
    let (_, outcome) = commit(vec![busy.clone(); 7]).await;
    assert!(matches!(outcome, Err(CommitError::OutcomeUnknown(_))), "{outcome:?}");
    let throttled = CannedAnswer::exception("ThrottlingException");
    let (_, outcome) = commit([vec![busy], vec![throttled; 4]].concat()).await;
    assert!(matches!(outcome, Err(CommitError::OutcomeUnknown(_))), "{outcome:?}");
}

#[tokio::test]
async fn an_answer_that_never_came_leaves_the_outcome_unknown() {
    for answer in [CannedAnswer::Broken, CannedAnswer::exception("InternalServerError")] {
        let (script, outcome) = commit([answer]).await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, CommitError::OutcomeUnknown(_)), "{error}");
        assert_eq!(error.code(), ErrorCode::StoreUnavailable);
        assert_eq!(script.requests().len(), 1);
    }
}

#[tokio::test]
async fn what_no_repeat_mends_is_refused_at_once() {
    for answer in [
        CannedAnswer::exception("IdempotentParameterMismatchException"),
        CannedAnswer::exception("ValidationException"),
        CannedAnswer::cancelled(&["None", "ValidationError"]),
    ] {
        let (script, outcome) = commit([answer]).await;
        assert_eq!(outcome.unwrap_err().code(), ErrorCode::StoreRejected);
        assert_eq!(script.requests().len(), 1);
    }
}

/// A commit with `events` events, whose texts have the given sizes.
fn sized_change(reference: usize, events: usize, text: usize) -> Change {
    let mut change = first_change();
    let mut state = change.trip.state().clone();
    state.flight.as_mut().unwrap().reference = Some("x".repeat(reference));
    change.trip = Trip::restore(state);
    let mut event = change.events[0].clone();
    event.fact = Fact::FlightCancelled { flight_id: "x".repeat(text) };
    change.events = vec![event; events];
    change
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_commit_within_the_limits_is_built_and_any_other_is_refused_unsent(
        reference in prop_oneof![0..1_000_usize, MAX_ITEM_BYTES - 2_000..MAX_ITEM_BYTES + 2_000],
        events in prop_oneof![0..5_usize, MAX_ACTIONS - 4..MAX_ACTIONS + 4],
        text in prop_oneof![0..1_000_usize, 40_000..45_000_usize, MAX_EVENT_BYTES - 2_000..MAX_EVENT_BYTES + 10],
    ) {
        // The rest of an item or of an envelope takes less than this.
        const MARGIN: usize = 1_500;
        let total = reference + events * text;
        let clearly_within = reference + MARGIN <= MAX_ITEM_BYTES
            && events + 2 <= MAX_ACTIONS
            && (events == 0 || text + MARGIN <= MAX_EVENT_BYTES)
            && total + (events + 2) * MARGIN <= MAX_TRANSACTION_BYTES;
        let clearly_beyond = reference > MAX_ITEM_BYTES
            || events + 2 > MAX_ACTIONS
            || (events > 0 && text > MAX_EVENT_BYTES)
            || total > MAX_TRANSACTION_BYTES;
        let change = sized_change(reference, events, text);
        let built = Transaction::of(&change, &Trace::default(), None);
        let refused = matches!(built, Err(CommitError::Store(StoreError::Limit(_))));
        prop_assert!(!(clearly_within && refused), "{:?}", built.err());
        prop_assert!(refused || !clearly_beyond);
    }
}
