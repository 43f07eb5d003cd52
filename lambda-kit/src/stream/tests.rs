//! Batches as DynamoDB Streams sends them to Lambda, and batches that it should never send.

use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

use super::*;

fn wire(sequence: &str) -> Value {
    json!({
        "eventID": "c4ca4238a0b923820dcc509a6f75849b",
        "eventName": "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "ap-northeast-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_772_326_800.0,
            "Keys": { "PK": { "S": "TRIP#t" }, "SK": { "S": "METADATA" } },
            "NewImage": { "PK": { "S": "TRIP#t" }, "SK": { "S": "METADATA" }, "version": { "N": "2" } },
            "OldImage": { "PK": { "S": "TRIP#t" }, "SK": { "S": "METADATA" }, "version": { "N": "1" } },
            "SequenceNumber": sequence,
            "SizeBytes": 26,
            "StreamViewType": "NEW_AND_OLD_IMAGES"
        },
        "eventSourceARN": "arn:aws:dynamodb:ap-northeast-1:123456789012:table/TripSagaTable/stream/2026"
    })
}

fn without(field: &str) -> Value {
    let mut record = wire("7");
    record.as_object_mut().unwrap().remove(field);
    record
}

#[test]
fn a_record_keeps_its_new_image_and_drops_its_old_one() {
    let batch = decode(json!({ "Records": [wire("111")] })).unwrap();
    let event = batch[0].event.as_ref().unwrap();
    assert_eq!(batch[0].sequence_number.as_str(), "111");
    assert_eq!(Kind::of(event), Kind::Modify);
    assert_eq!(event.change.new_image.len(), 3);
    assert!(event.change.old_image.is_empty());
}

#[test]
fn one_unreadable_record_leaves_the_others_readable_and_its_keys_known() {
    let batch = decode(json!({ "Records": [wire("1"), without("eventName"), wire("9")] })).unwrap();
    let readable: Vec<_> = batch.iter().map(|record| record.event.is_ok()).collect();
    assert_eq!(readable, [true, false, true]);
    let keys = json!({ "PK": { "S": "TRIP#t" }, "SK": { "S": "METADATA" } });
    assert_eq!(batch[1].event, Err(Unreadable { keys }));
}

/// Removes the field at a path such as `dynamodb/SizeBytes`, if it is there.
fn remove(record: &mut Value, path: &str) {
    let (parent, field) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = if parent.is_empty() { record } else { &mut record[parent] };
    parent.as_object_mut().unwrap().remove(field);
}

const OPTIONAL: [&str; 9] = [
    "eventID",
    "eventVersion",
    "eventSource",
    "awsRegion",
    "eventSourceARN",
    "dynamodb/ApproximateCreationDateTime",
    "dynamodb/OldImage",
    "dynamodb/SizeBytes",
    "dynamodb/StreamViewType",
];

proptest! {
    /// A field that AWS marks as optional is missing, or has a form that this release has never
    /// seen.
    #[test]
    fn a_record_is_read_by_its_name_keys_image_and_number_alone(
        missing in prop::sample::subsequence(&OPTIONAL[..], 0..=OPTIONAL.len()),
        strange in prop::sample::subsequence(&OPTIONAL[..], 0..=3),
    ) {
        let mut record = wire("7");
        for path in strange {
            *record.pointer_mut(&format!("/{path}")).unwrap() = json!([{ "NEW": true }]);
        }
        missing.iter().for_each(|path| remove(&mut record, path));
        let (whole, batch) = (wire("7"), decode(json!({ "Records": [record] })).unwrap());
        let whole = decode(json!({ "Records": [whole] })).unwrap();
        prop_assert_eq!(&batch[0].event, &whole[0].event);
        prop_assert!(batch[0].event.as_ref().is_ok_and(|event| event.change.new_image.len() == 3));
        prop_assert_eq!(&batch[0].sequence_number, &whole[0].sequence_number);
    }
}

#[rstest]
#[case("eventName")]
#[case("dynamodb/Keys")]
fn a_record_without_its_name_or_keys_is_unreadable(#[case] path: &str) {
    let mut record = wire("7");
    remove(&mut record, path);
    let batch = decode(json!({ "Records": [record] })).unwrap();
    assert!(batch[0].event.is_err());
}

#[rstest]
#[case(json!("KEYS_ONLY"), Some(1))]
#[case(json!("OLD_IMAGE"), Some(1))]
#[case(json!("NEW_IMAGE"), None)]
#[case(json!("NEW_AND_OLD_IMAGES"), None)]
#[case(json!(null), None)]
#[tokio::test]
async fn a_stream_without_new_images_is_told_once_a_batch(
    #[case] view: Value,
    #[case] expected: Option<u64>,
) {
    let mut record = wire("7");
    record["dynamodb"]["StreamViewType"] = view;
    let records = json!({ "Records": [record.clone(), record.clone(), record] });
    let (batch, told) = metrics::recorded(async { decode(records) }).await;
    assert_eq!((batch.unwrap().len(), told.get("StreamsWithoutImages").copied()), (3, expected));
}

#[rstest]
#[case(json!(null))]
#[case(json!([]))]
#[case(json!({}))]
#[case(json!({ "Records": 1 }))]
#[case(json!("Records"))]
fn what_is_not_a_batch_is_refused(#[case] payload: Value) {
    assert_eq!(decode(payload).unwrap_err().code, ErrorCode::InvalidRequest);
}

#[rstest]
#[case("INSERT", Kind::Insert)]
#[case("MODIFY", Kind::Modify)]
#[case("REMOVE", Kind::Remove)]
#[case("insert", Kind::Unknown)]
#[case("", Kind::Unknown)]
fn a_kind_is_known_by_its_exact_name(#[case] name: &str, #[case] kind: Kind) {
    let mut record = wire("1");
    record["eventName"] = json!(name);
    let batch = decode(json!({ "Records": [record] })).unwrap();
    assert_eq!(Kind::of(batch[0].event.as_ref().unwrap()), kind);
}

#[test]
fn a_failure_is_reported_by_its_sequence_number() {
    let response = BatchResponse::failed_from(SequenceNumber::new("42").unwrap());
    let json = response.into_json().unwrap();
    assert_eq!(json, json!({ "batchItemFailures": [{ "itemIdentifier": "42" }] }));
    let done = BatchResponse::default().into_json().unwrap();
    assert_eq!(done, json!({ "batchItemFailures": [] }));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        "[a-z]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let name =
            prop_oneof![Just("dynamodb"), Just("SequenceNumber"), Just("Keys"), Just("NewImage")];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.prop_map(str::to_owned), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Every record gets a sequence number that can be reported, or none at all.
    #[test]
    fn no_record_has_an_empty_identifier(records in prop::collection::vec(any_json(), 0..6)) {
        for record in decode(json!({ "Records": records })).unwrap() {
            prop_assert!(!record.sequence_number.as_str().is_empty());
        }
    }
}
