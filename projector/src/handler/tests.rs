//! Batches in wire JSON, a view that fails on demand, and what is written and reported.

use std::collections::BTreeMap;
use std::sync::Arc;

use lambda_kit::metrics::recorded;
use lambda_kit::stream::raw;
use lambda_runtime::Context;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::fakes::{FakeView, Trouble, change};

/// Records of (trip, version); record n has the sequence number n, from 1.
fn batch(changes: &[(&str, u64)]) -> Vec<Value> {
    let numbered = changes.iter().zip(1..);
    numbered.map(|((trip, version), number)| change(number, trip, *version)).collect()
}

/// The number of the reported record, if any.
async fn run(view: &Arc<FakeView>, records: Vec<Value>) -> Option<usize> {
    run_in(view, records, Context::default()).await
}

async fn run_in(view: &Arc<FakeView>, records: Vec<Value>, context: Context) -> Option<usize> {
    let event = LambdaEvent::new(json!({ "Records": records }), context);
    let answer = handle(&view.deps(), raw(event)).await.unwrap();
    let failures = answer["batchItemFailures"].as_array().unwrap();
    assert!(failures.len() <= 1, "{failures:?}");
    failures.first().map(|failure| failure["itemIdentifier"].as_str().unwrap().parse().unwrap())
}

fn rows(rows: &[(&str, u64)]) -> Vec<(String, u64)> {
    rows.iter().map(|(trip, version)| ((*trip).to_owned(), *version)).collect()
}

#[tokio::test]
async fn a_batch_costs_one_write_a_trip() {
    let view = Arc::default();
    let changes = [("a", 1), ("b", 1), ("a", 2), ("a", 3), ("b", 2)];
    assert_eq!(run(&view, batch(&changes)).await, None);
    assert_eq!(view.versions(), rows(&[("a", 3), ("b", 2)]));
    assert_eq!(*view.asked.lock().unwrap(), 2);
}

#[tokio::test]
async fn the_highest_version_wins_in_whatever_order_it_comes() {
    let view = Arc::default();
    assert_eq!(run(&view, batch(&[("a", 5), ("a", 4)])).await, None);
    assert_eq!(run(&view, batch(&[("a", 3)])).await, None);
    assert_eq!(view.versions(), rows(&[("a", 5)]));
}

#[tokio::test]
async fn a_repeated_batch_writes_nothing() {
    let view = Arc::default();
    run(&view, batch(&[("a", 1), ("b", 2)])).await;
    assert_eq!(run(&view, batch(&[("a", 1), ("b", 2)])).await, None);
    assert_eq!(*view.written.lock().unwrap(), 2);
}

/// Trip `b` has the records 2, 3 and 5 of five.
#[rstest]
#[case::throttled(Trouble::Throttled, Some(2))]
#[case::silent(Trouble::Hangs, Some(2))]
#[case::never_writable(Trouble::TooLarge, None)]
#[tokio::test(start_paused = true)]
async fn a_row_that_is_not_written_brings_all_its_records_again(
    #[case] trouble: Trouble,
    #[case] reported: Option<usize>,
) {
    let view = Arc::new(FakeView::with("b", trouble));
    let changes = [("a", 1), ("b", 1), ("b", 2), ("c", 1), ("b", 3)];
    assert_eq!(run(&view, batch(&changes)).await, reported);
    assert_eq!(view.versions(), rows(&[("a", 1), ("c", 1)]), "the others are written");
}

#[tokio::test]
async fn of_several_rows_that_are_not_written_the_first_record_is_reported() {
    let view = FakeView::with("c", Trouble::Throttled);
    view.troubles.lock().unwrap().insert("b".to_owned(), Trouble::Throttled);
    let changes = [("a", 1), ("c", 1), ("b", 1), ("c", 2)];
    assert_eq!(run(&Arc::new(view), batch(&changes)).await, Some(2));
}

#[tokio::test]
async fn what_is_reported_comes_again_and_is_written_then() {
    let view = Arc::new(FakeView::with("b", Trouble::Throttled));
    let records = batch(&[("a", 1), ("b", 2), ("a", 2), ("b", 1)]);
    assert_eq!(run(&view, records.clone()).await, Some(2));
    view.troubles.lock().unwrap().clear();
    assert_eq!(run(&view, records[1..].to_vec()).await, None);
    assert_eq!(view.versions(), rows(&[("a", 2), ("b", 2)]));
}

#[tokio::test(start_paused = true)]
async fn with_no_time_left_the_first_record_of_a_trip_is_reported() {
    let mut records = batch(&[("a", 1), ("b", 1), ("c", 1)]);
    records[0]["eventName"] = json!("REMOVE");
    let mut context = Context::default();
    context.deadline = 1;
    assert_eq!(run_in(&Arc::default(), records, context).await, Some(2));
}

/// Records that cannot be read, and records that are not about a trip.
#[rstest]
#[case::version_of_the_future("/dynamodb/NewImage/schema_version", json!({ "N": "9" }))]
#[case::damaged("/dynamodb/NewImage/status", json!({ "S": "LOST" }))]
#[case::formless("/eventName", json!(null))]
#[case::an_event("/dynamodb/NewImage/entity_type", json!({ "S": "OutboxEvent" }))]
#[case::removed("/eventName", json!("REMOVE"))]
#[case::unknown("/eventName", json!("ARCHIVE"))]
#[tokio::test]
async fn a_record_that_says_nothing_holds_up_no_other(#[case] path: &str, #[case] value: Value) {
    let mut records = batch(&[("a", 1), ("b", 2), ("c", 1)]);
    *records[1].pointer_mut(path).unwrap() = value;
    let view = Arc::default();
    assert_eq!(run(&view, records).await, None);
    assert_eq!(view.versions(), rows(&[("a", 1), ("c", 1)]));
}

/// From a stream with another view type: there is nothing to show, and nothing to keep.
#[tokio::test]
async fn a_change_without_its_image_is_counted_and_holds_up_no_other() {
    let view = Arc::new(FakeView::default());
    let mut records = batch(&[("a", 1), ("b", 1)]);
    records[0]["dynamodb"].as_object_mut().unwrap().remove("NewImage");
    records[0]["dynamodb"]["StreamViewType"] = json!("KEYS_ONLY");
    let (reported, told) = recorded(run(&view, records)).await;
    assert_eq!((reported, told["RecordsWithoutImage"], told["StreamsWithoutImages"]), (None, 1, 1));
    assert_eq!(view.versions(), rows(&[("b", 1)]));
    assert!(!told.contains_key("RecordsUnreadable"), "{told:?}");
}

fn with_a_damaged_one() -> Vec<Value> {
    let mut records = batch(&[("a", 1), ("b", 2), ("c", 1)]);
    records[1]["dynamodb"]["NewImage"]["status"] = json!({ "S": "LOST" });
    records
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_kept_as_it_was_sent() {
    let (view, records) = (Arc::<FakeView>::default(), with_a_damaged_one());
    assert_eq!(run(&view, records.clone()).await, None);
    let kept = view.aside.lock().unwrap();
    let [kept] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(kept.sequence_number, "2");
    assert_eq!(serde_json::from_str::<Value>(&kept.record).unwrap(), records[1]);
}

#[tokio::test]
async fn a_record_that_can_be_neither_read_nor_kept_comes_again() {
    let view = Arc::new(FakeView { keeps_nothing: true, ..FakeView::default() });
    assert_eq!(run(&view, with_a_damaged_one()).await, Some(2));
    assert_eq!(view.versions(), rows(&[("a", 1), ("c", 1)]));
}

#[tokio::test]
async fn every_record_and_every_row_is_counted_once() {
    let view = Arc::new(FakeView::with("large", Trouble::TooLarge));
    run(&view, batch(&[("late", 5), ("later", 5), ("latest", 5)])).await;
    let changes = [("a", 1), ("a", 2), ("b", 1), ("late", 4), ("later", 4), ("latest", 4)];
    let rest = ["large", "gone", "gone", "lost", "lost", "lost", "lost"].map(|trip| (trip, 1));
    let mut records = batch(&[&changes[..], &rest].concat());
    for removed in &mut records[7..9] {
        removed["eventName"] = json!("REMOVE");
    }
    for damaged in &mut records[9..] {
        damaged["dynamodb"]["NewImage"]["status"] = json!({ "S": "LOST" });
    }
    let (reported, told) = recorded(run(&view, records)).await;
    let expected = [
        ("RecordsSkipped", 2),
        ("RecordsUnreadable", 4),
        ("RowsSetAside", 1),
        ("RowsStale", 3),
        ("RowsWritten", 2),
    ];
    assert_eq!(reported, None);
    assert_eq!(told, expected.map(|(name, value)| (name.to_owned(), value)).into());
}

#[tokio::test]
async fn many_trips_are_written_a_few_at_a_time() {
    let view = Arc::new(FakeView::default());
    let records = (1..=50).map(|number| change(number, &format!("trip-{number}"), 1)).collect();
    assert_eq!(run(&view, records).await, None);
    assert_eq!(view.versions().len(), 50);
    assert!((2..=8).contains(&*view.most_at_once.lock().unwrap()));
}

#[tokio::test]
async fn what_is_not_a_batch_is_an_error() {
    let view = Arc::<FakeView>::default();
    let event = LambdaEvent::new(json!({ "records": [] }), Context::default());
    let error = handle(&view.deps(), raw(event)).await.unwrap_err();
    assert_eq!(error.code.name(), "InvalidRequest");
}

fn histories() -> impl Strategy<Value = Vec<(&'static str, u64)>> {
    let trip = prop::sample::select(vec!["a", "b", "c", "d"]);
    prop::collection::vec((trip, 1_u64..9), 0..40)
}

proptest! {
    /// However records are repeated, reordered and split into batches, the view ends at the highest
    /// version of each trip, and no batch writes a trip twice.
    #[test]
    fn the_view_converges_to_the_newest(
        changes in histories(),
        cuts in prop::collection::vec(1_usize..10, 40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let view = Arc::<FakeView>::default();
        let mut left = &changes[..];
        for cut in cuts {
            let (now, later) = left.split_at(cut.min(left.len()));
            prop_assert_eq!(runtime.block_on(run(&view, batch(now))), None);
            left = later;
        }
        let mut newest = BTreeMap::new();
        for (trip, version) in changes {
            let held = newest.entry(trip.to_owned()).or_insert(version);
            *held = version.max(*held);
        }
        prop_assert_eq!(view.versions(), newest.into_iter().collect::<Vec<_>>());
    }
}
