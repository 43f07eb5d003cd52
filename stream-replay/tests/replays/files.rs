//! Captures as files: three forms are read, and what is wrong is named with its place.

use serde_json::{Value, json};
use stream_replay::{Capture, Captured};

fn record(number: &str) -> Value {
    json!({"eventName": "INSERT", "dynamodb": {
        "Keys": {"id": {"S": number}}, "SequenceNumber": number,
    }})
}

fn captured(shard: &str, number: &str) -> Captured {
    Captured { shard: shard.to_owned(), sequence_number: number.to_owned(), record: record(number) }
}

#[test]
fn what_is_written_is_read_again() {
    let capture = Capture(vec![captured("s-1", "9"), captured("s-2", "10")]);
    let mut file = Vec::new();
    capture.write(&mut file).unwrap();
    let text = String::from_utf8(file).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert_eq!(Capture::parse(&text).unwrap(), capture);
}

#[test]
fn lines_of_records_and_one_event_are_read_too() {
    let expected = Capture(vec![captured("", "1"), captured("", "2")]);
    let lines = format!("{}\n\n{}\r\n", record("1"), record("2"));
    assert_eq!(Capture::parse(&lines).unwrap(), expected);
    let event = json!({"Records": [record("1"), record("2")]});
    assert_eq!(Capture::parse(&format!("{event:#}")).unwrap(), expected);
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let good = record("1").to_string();
    for (text, expected) in [
        (String::new(), "the file: there is no record"),
        ("{\"Records\": []}".to_owned(), "the file: there is no record"),
        (format!("{good}\n{{}}"), "line 2: a stream record needs dynamodb.Keys, an object"),
        (format!("{good}\n[]"), "line 2: not JSON: "),
        (format!("{good}\ntrip"), "line 2: not JSON: expected ident"),
        (
            json!({"Records": [record("1"), {"dynamodb": {"Keys": {}, "SequenceNumber": 5}}]})
                .to_string(),
            "record 2: a stream record needs dynamodb.SequenceNumber, a text",
        ),
        (
            json!({"shard": "s", "record": record("")}).to_string(),
            "line 1: a stream record needs dynamodb.SequenceNumber, a text",
        ),
    ] {
        let error = Capture::parse(&text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
}
