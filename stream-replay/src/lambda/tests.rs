//! The event's form, compared with the sample in Lambda's documentation and with the type that
//! functions read.

use aws_lambda_events::event::dynamodb::Event;
use aws_sdk_dynamodbstreams::primitives::Blob;
use aws_sdk_dynamodbstreams::types::{OperationType, StreamViewType};

use super::*;

fn one(value: AttributeValue) -> HashMap<String, AttributeValue> {
    HashMap::from([("a".to_owned(), value)])
}

fn change() -> aws_sdk_dynamodbstreams::types::builders::StreamRecordBuilder {
    StreamRecord::builder()
        .approximate_creation_date_time(DateTime::from_secs(1_479_499_740))
        .keys("Id", AttributeValue::N("101".to_owned()))
        .sequence_number("400000000000000499660")
        .size_bytes(41)
        .stream_view_type(StreamViewType::KeysOnly)
}

fn record(change: StreamRecord) -> aws_sdk_dynamodbstreams::types::builders::RecordBuilder {
    Record::builder()
        .event_id("7de3041dd709b024af6f29e4fa13d34c")
        .event_name(OperationType::Insert)
        .event_version("1.1")
        .event_source("aws:dynamodb")
        .aws_region("us-west-2")
        .dynamodb(change)
}

#[test]
fn a_record_takes_the_form_that_lambda_sends() {
    let expected = json!({
        "eventID": "7de3041dd709b024af6f29e4fa13d34c",
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-west-2",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_479_499_740,
            "Keys": {"Id": {"N": "101"}},
            "SequenceNumber": "400000000000000499660",
            "SizeBytes": 41,
            "StreamViewType": "KEYS_ONLY",
        },
        "eventSourceARN": "arn:stream",
    });
    assert_eq!(lambda_record("arn:stream", &record(change().build()).build()), Ok(expected));
}

#[test]
fn every_type_of_attribute_keeps_its_dynamodb_form() {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    for (value, expected) in [
        (text(""), json!({"S": ""})),
        (text("\u{1f6eb}\n"), json!({"S": "\u{1f6eb}\n"})),
        (AttributeValue::N("1.10".to_owned()), json!({"N": "1.10"})),
        (AttributeValue::B(Blob::new([0, 255])), json!({"B": "AP8="})),
        (AttributeValue::Bool(false), json!({"BOOL": false})),
        (AttributeValue::Null(true), json!({"NULL": true})),
        (AttributeValue::Ss(vec!["b".into(), "a".into()]), json!({"SS": ["b", "a"]})),
        (AttributeValue::Ns(vec!["1".into()]), json!({"NS": ["1"]})),
        (AttributeValue::Bs(vec![Blob::new("x")]), json!({"BS": ["eA=="]})),
        (
            AttributeValue::L(vec![text("x"), AttributeValue::L(vec![])]),
            json!({"L": [{"S": "x"}, {"L": []}]}),
        ),
        (AttributeValue::M(one(text("x"))), json!({"M": {"a": {"S": "x"}}})),
    ] {
        assert_eq!(item(&one(value)), Ok(json!({"a": expected})));
    }
}

#[test]
fn a_record_without_its_number_is_refused() {
    for (record, missing) in [
        (Record::builder().event_name(OperationType::Remove).build(), "dynamodb"),
        (record(change().set_sequence_number(None).build()).build(), "SequenceNumber"),
    ] {
        assert_eq!(lambda_record("arn", &record), Err(UnreadableRecord::Missing(missing)));
    }
}

#[test]
fn a_record_of_its_number_alone_is_handed_over_as_it_is() {
    let bare = Record::builder().dynamodb(StreamRecord::builder().sequence_number("7").build());
    let expected = json!({"dynamodb": {"SequenceNumber": "7"}, "eventSourceARN": "arn"});
    assert_eq!(lambda_record("arn", &bare.build()), Ok(expected));
}

#[test]
fn an_expiry_names_the_ttl_service_also_when_the_engine_leaves_it_out() {
    let full = Identity::builder().r#type("Service").principal_id("dynamodb.amazonaws.com").build();
    for identity in [full, Identity::builder().build()] {
        let record = record(change().build()).user_identity(identity).build();
        let json = lambda_record("arn", &record).unwrap();
        let expected = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
        assert_eq!(json["userIdentity"], expected);
    }
}

#[test]
fn functions_read_the_event_with_their_own_types() {
    let change = change().new_image("b", AttributeValue::B(Blob::new("x"))).build();
    let identity = Identity::builder().build();
    let record = record(change).user_identity(identity).build();
    let event = json!({"Records": [lambda_record("arn:stream", &record).unwrap()]});
    let event: Event = serde_json::from_value(event).unwrap();
    let read = &event.records[0];
    assert_eq!(read.change.sequence_number.as_deref(), Some("400000000000000499660"));
    assert_eq!(read.change.approximate_creation_date_time.timestamp(), 1_479_499_740);
    assert_eq!(serde_json::to_value(&read.change.new_image).unwrap(), json!({"b": {"B": "eA=="}}));
    assert_eq!(read.event_source_arn.as_deref(), Some("arn:stream"));
    let identity = read.user_identity.as_ref().unwrap();
    assert_eq!((identity.type_.as_str(), identity.principal_id.as_str()), TTL_SERVICE);
}

#[test]
fn a_fraction_of_a_second_is_kept() {
    assert_eq!(seconds(&DateTime::from_secs(7)), json!(7));
    assert_eq!(seconds(&DateTime::from_millis(7_250)), json!(7.25));
}
