//! Marking reads every statement's answer, and retries only where a retry may help.

use domain::{EventId, TripId};
use serde_json::{Value, json};

use super::{Marks, OutboxKey, OutboxStatus};
use crate::canned::{CannedAnswer, Script};
use crate::sample::now;

fn marks(script: &Script) -> Marks {
    Marks::new(script.client(), "trips")
}

pub(super) fn keys(count: u32) -> Vec<OutboxKey> {
    let key = |n| OutboxKey {
        trip_id: TripId::parse("trip-1").unwrap(),
        event_id: EventId::parse(&format!("01957a3e-5b00-7000-8000-{n:012}")).unwrap(),
    };
    (0..count).map(key).collect()
}

/// One answer for each statement: `None` for a success, otherwise the error's code.
fn answers(codes: &[Option<&str>]) -> CannedAnswer {
    let answer = |code: &Option<&str>| match code {
        None => json!({ "TableName": "trips" }),
        Some(code) => json!({ "TableName": "trips", "Error": { "Code": code, "Message": "no" } }),
    };
    CannedAnswer::ok(json!({ "Responses": codes.iter().map(answer).collect::<Vec<Value>>() }))
}

fn statements(request: &Value) -> usize {
    request["Statements"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn each_answer_is_read_and_only_passing_failures_are_sent_again() {
    let first = answers(&[
        None,
        Some("ConditionalCheckFailed"),
        Some("ThrottlingError"),
        Some("ValidationError"),
    ]);
    let script = Script::new([first, answers(&[None])]);
    let keys = keys(4);
    let report = marks(&script).mark_dispatched(&keys, now()).await;
    assert_eq!((report.marked, report.already), (2, 1));
    let failed: Vec<_> = report.failed.iter().map(|(key, _)| key).collect();
    assert_eq!(failed, [&keys[3]]);
    let sent: Vec<_> = script.requests().iter().map(statements).collect();
    assert_eq!(sent, [4, 1]);
}

#[tokio::test]
async fn marks_that_never_take_are_left_to_the_sweeper() {
    let script = Script::new(vec![answers(&[Some("InternalServerError")]); 5]);
    let report = marks(&script).mark_dispatched(&keys(1), now()).await;
    assert_eq!((report.marked, report.already, report.failed.len()), (0, 0, 1));
    assert_eq!(script.pauses().len(), 4);
}

#[tokio::test]
async fn a_statement_without_an_answer_counts_as_failed() {
    let script = Script::new([answers(&[None]), answers(&[None])]);
    let report = marks(&script).mark_dispatched(&keys(2), now()).await;
    assert_eq!((report.marked, report.failed.len()), (2, 0));
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test]
async fn keys_are_sent_once_and_25_a_call() {
    let batch = |count| answers(&vec![None; count]);
    let script = Script::new([batch(25), batch(25), batch(10)]);
    let twice = [keys(60), keys(60)].concat();
    let report = marks(&script).mark_dispatched(&twice, now()).await;
    assert_eq!(report.marked, 60);
    let sent: Vec<_> = script.requests().iter().map(statements).collect();
    assert_eq!(sent, [25, 25, 10]);
}

#[tokio::test]
async fn a_call_that_is_refused_fails_its_keys_and_no_others() {
    let script = Script::new([CannedAnswer::exception("ValidationException"), answers(&[None; 5])]);
    let report = marks(&script).mark_dispatched(&keys(30), now()).await;
    assert_eq!((report.marked, report.failed.len()), (5, 25));
}

#[test]
fn a_status_is_stored_as_it_is_spelled_in_conditions() {
    for status in [
        OutboxStatus::Pending,
        OutboxStatus::Dispatched,
        OutboxStatus::Parked,
        OutboxStatus::Discarded,
    ] {
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
}
