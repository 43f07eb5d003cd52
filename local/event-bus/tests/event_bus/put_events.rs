//! `PutEvents` as the real SDK sees it.

use aws_sdk_eventbridge::error::ProvideErrorMetadata;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_eventbridge::types::builders::PutEventsRequestEntryBuilder;
use event_bus::{EventBus, handle};
use serde_json::{Value, json};

use crate::support::{archived, entry, serve, serve_with};

/// Something that a case changes in a valid entry.
type Change = fn(PutEventsRequestEntryBuilder) -> PutEventsRequestEntryBuilder;

fn blank() -> PutEventsRequestEntryBuilder {
    PutEventsRequestEntry::builder()
}

#[tokio::test]
async fn an_event_reaches_the_archive_as_eventbridge_delivers_it() {
    let served = serve().await;
    let entry = blank()
        .time(DateTime::from_millis(1_772_326_799_987))
        .source("trip-saga")
        .detail_type("trip.confirmed.v1")
        .detail(r#"{ "trip_id": "trip-0001", "legs": [1, 2.50], "note": "é\u00e9" }"#)
        .resources("arn:aws:dynamodb:us-east-1:000000000000:table/TripSagaTable")
        .event_bus_name("arn:aws:events:us-east-1:000000000000:event-bus/trip-saga")
        .trace_header("Root=1-5759e988-bd862e3fe1be46a994272793")
        .build();
    let answer = served.client.put_events().entries(entry).send().await.unwrap();
    assert_eq!(answer.failed_entry_count(), 0);

    let archived = archived(&served.bus).await;
    let id = answer.entries()[0].event_id().unwrap();
    assert_eq!(archived.len(), 1);
    assert_eq!(archived[0].bus, "trip-saga");
    assert_eq!(archived[0].received_at.to_string(), "2026-03-01T01:00:00.000Z");
    let event: Value = serde_json::from_str(archived[0].event.as_str()).unwrap();
    assert_eq!(
        event,
        json!({
            "version": "0",
            "id": id,
            "detail-type": "trip.confirmed.v1",
            "source": "trip-saga",
            "account": "000000000000",
            "time": "2026-03-01T00:59:59Z",
            "region": "us-east-1",
            "resources": ["arn:aws:dynamodb:us-east-1:000000000000:table/TripSagaTable"],
            "detail": { "trip_id": "trip-0001", "legs": [1, 2.5], "note": "éé" },
        })
    );
}

#[tokio::test]
async fn an_event_without_a_time_happened_when_it_was_received() {
    let served = serve().await;
    served.client.put_events().entries(entry("n.v1", "{}")).send().await.unwrap();
    let event = &archived(&served.bus).await[0].event;
    assert!(event.as_str().contains(r#""time":"2026-03-01T01:00:00Z""#), "{event:?}");
}

#[tokio::test]
async fn invalid_entries_fail_alone_inside_a_successful_answer() {
    let whole = || entry("n.v1", "{}");
    let with = |change: Change| change(blank().source("s").detail_type("t").detail("{}")).build();
    let missing = |field: &str| {
        format!("Parameter {field} is not valid. Reason: {field} is a required argument.")
    };
    let (invalid, malformed) = ("InvalidArgument", "MalformedDetail");
    let reserved = "NotAuthorizedForSourceException";
    let cases = [
        (with(|entry| entry.set_source(None)), invalid, missing("Source")),
        (with(|entry| entry.source("")), invalid, missing("Source")),
        (with(|entry| entry.set_detail_type(None)), invalid, missing("DetailType")),
        (with(|entry| entry.set_detail(None)), invalid, missing("Detail")),
        (with(|entry| entry.detail("[]")), malformed, "Detail is malformed.".to_owned()),
        (with(|entry| entry.detail(r#""{}""#)), malformed, "Detail is malformed.".to_owned()),
        (with(|entry| entry.detail(r#"{"a": 1} b"#)), malformed, "Detail is malformed.".to_owned()),
        (
            with(|entry| entry.source("aws.ec2")),
            reserved,
            "Not authorized for the source.".to_owned(),
        ),
    ];

    let served = serve().await;
    let entries = cases.iter().map(|(entry, ..)| entry.clone()).chain([whole(), whole()]);
    let answer = served.client.put_events().set_entries(Some(entries.collect())).send();
    let answer = answer.await.unwrap();

    assert_eq!(answer.failed_entry_count(), 8);
    for ((entry, code, message), outcome) in cases.iter().zip(answer.entries()) {
        assert_eq!(outcome.error_code(), Some(*code), "{entry:?}");
        assert_eq!(outcome.error_message(), Some(message.as_str()), "{entry:?}");
        assert_eq!(outcome.event_id(), None, "{entry:?}");
    }
    assert!(answer.entries()[8..].iter().all(|outcome| outcome.event_id().is_some()));
    assert_eq!(archived(&served.bus).await.len(), 2);
}

#[tokio::test]
async fn a_detail_is_kept_as_it_was_written_on_one_line() {
    let served = serve().await;
    let detail = "{\n  \"n\": 1.50,\t\"n\": [1e2, \"a \\\"b\\\" c\"]\r\n}";
    let answer = served.client.put_events().entries(entry("n.v1", detail)).send().await.unwrap();
    assert_eq!(answer.failed_entry_count(), 0);
    let event = &archived(&served.bus).await[0].event;
    let kept = r#""detail":{"n":1.50,"n":[1e2,"a \"b\" c"]}}"#;
    assert!(event.as_str().ends_with(kept), "{event:?}");
}

#[tokio::test]
async fn a_detail_may_nest_127_levels() {
    let served = serve().await;
    let rule = served.client.put_rule().name("all").event_bus_name("trip-saga");
    rule.event_pattern(r#"{"source":["trip-saga"]}"#).send().await.unwrap();
    let nested = |levels: usize| {
        format!("{}{}", r#"{"a":"#.repeat(levels - 1), "{}") + &"}".repeat(levels - 1)
    };
    let entries = vec![entry("n.v1", &nested(127)), entry("n.v1", &nested(128))];
    let answer = served.client.put_events().set_entries(Some(entries)).send().await.unwrap();
    assert_eq!(answer.entries()[0].error_code(), None);
    assert_eq!(answer.entries()[1].error_code(), Some("MalformedDetail"));
    let archived = archived(&served.bus).await;
    assert_eq!(archived[0].rules, ["all"]);
    assert!(archived[0].event.as_str().contains(&nested(127)));
}

#[tokio::test]
async fn an_event_for_an_unknown_bus_or_with_a_long_detail_type_is_dropped_in_silence() {
    let served = serve().await;
    let foreign = "arn:aws:events:us-east-1:111111111111:event-bus/trip-saga";
    let valid = || blank().source("s").detail("{}").detail_type("t");
    let entries = vec![
        valid().event_bus_name("no-such-bus").build(),
        valid().event_bus_name(foreign).build(),
        valid().detail_type("é".repeat(129)).build(),
        valid().detail_type("é".repeat(128)).build(),
    ];
    let answer = served.client.put_events().set_entries(Some(entries)).send().await.unwrap();
    assert_eq!(answer.failed_entry_count(), 0);
    assert!(answer.entries().iter().all(|outcome| outcome.event_id().is_some()));
    let archived = archived(&served.bus).await;
    assert_eq!(archived.len(), 1);
    assert_eq!(archived[0].bus, "default");
}

#[tokio::test]
async fn the_number_of_entries_is_limited() {
    let served = serve_with(|config| config.limits.entries = 3).await;
    for (count, reason) in [
        (0, Some("at 'entries' failed to satisfy constraint: Member must have length greater")),
        (3, None),
        (4, Some("Member must have length less than or equal to 3")),
    ] {
        let entries = vec![entry("n.v1", "{}"); count];
        let answer = served.client.put_events().set_entries(Some(entries)).send().await;
        match reason {
            None => assert_eq!(answer.unwrap().entries().len(), count),
            Some(reason) => {
                let error = answer.unwrap_err();
                assert_eq!(error.code(), Some("ValidationException"));
                assert!(error.message().unwrap().contains(reason), "{error:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_size_of_all_entries_together_is_limited() {
    let served = serve().await;
    let limit = 1_048_576;
    // Source, detail type and the braces and quotes of the detail take 1 + 1 + 8 bytes.
    let sized = |bytes: usize| {
        let detail = json!({ "a": "x".repeat(bytes - 10) }).to_string();
        blank().source("s").detail_type("t").detail(detail).build()
    };
    for (sizes, fits) in [
        (vec![limit], true),
        (vec![limit + 1], false),
        (vec![limit / 2, limit / 2], true),
        (vec![limit / 2, limit / 2 + 1], false),
    ] {
        let entries: Vec<_> = sizes.iter().map(|&bytes| sized(bytes)).collect();
        let answer = served.client.put_events().set_entries(Some(entries)).send().await;
        match answer {
            Ok(answer) => assert!(fits && answer.failed_entry_count() == 0, "{sizes:?}"),
            Err(error) => {
                assert!(!fits, "{sizes:?}: {error:?}");
                assert_eq!(error.code(), Some("ValidationException"));
                let message = "Total size of the entries in the request is over the limit.";
                assert_eq!(error.message(), Some(message));
            }
        }
    }
}

#[tokio::test]
async fn the_model_s_constraints_fail_the_whole_call() {
    let served = serve().await;
    let cases: [(Change, &str); 4] = [
        (|entry| entry.event_bus_name("a b"), "at 'entries.1.member.eventBusName'"),
        (|entry| entry.event_bus_name(""), "greater than or equal to 1"),
        (|entry| entry.trace_header("x".repeat(501)), "at 'entries.1.member.traceHeader'"),
        (|entry| entry.resources("x".repeat(2049)), "at 'entries.1.member.resources.1.member'"),
    ];
    for (change, reason) in cases {
        let entry = change(blank().source("s").detail_type("t").detail("{}")).build();
        let error = served.client.put_events().entries(entry).send().await.unwrap_err();
        assert_eq!(error.code(), Some("ValidationException"));
        assert!(error.message().unwrap().contains(reason), "{error:?}");
    }
    assert_eq!(archived(&served.bus).await.len(), 0);
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_told_so() {
    let served = serve().await;
    for (operation, body, code) in [
        ("PutEvents", "{", "SerializationException"),
        ("PutEvents", r#"{"Entries":[{"Time":"today"}]}"#, "SerializationException"),
        ("PutEvents", "{}", "ValidationException"),
        ("CreateConnection", "{}", "UnknownOperationException"),
        ("putevents", "{}", "UnknownOperationException"),
    ] {
        let (status, answer) = ask(&served.bus, operation, body).await;
        assert_eq!((status, &answer["__type"]), (400, &json!(code)), "{operation} {body}");
    }
}

async fn ask(bus: &EventBus, operation: &str, body: &'static str) -> (u16, Value) {
    let response = handle(bus, operation, body.into()).await;
    let answer: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(response.error_type.as_deref(), answer["__type"].as_str());
    (response.status, answer)
}
