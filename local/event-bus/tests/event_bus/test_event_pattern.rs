//! `TestEventPattern` as the real SDK sees it.

use aws_sdk_eventbridge::error::ProvideErrorMetadata;
use serde_json::json;

use crate::support::serve;

fn event() -> serde_json::Value {
    json!({
        "id": "1", "account": "000000000000", "source": "trip-saga", "region": "us-east-1",
        "time": "2026-03-01T01:00:00Z", "detail-type": "trip.failed.v1", "detail": {"n": 1},
    })
}

#[tokio::test]
async fn a_pattern_is_tested_against_an_event() {
    let served = serve().await;
    for (pattern, expected) in [
        (r#"{"detail":{"n":[1]}}"#, true),
        (r#"{"detail":{"n":[2]}}"#, false),
        (r#"{"resources":[{"exists":false}]}"#, true),
    ] {
        let test = served.client.test_event_pattern().event_pattern(pattern);
        let answer = test.event(event().to_string()).send().await.unwrap();
        assert_eq!(answer.result(), expected, "{pattern}");
    }
}

/// Numbers and repeated keys reach the matcher as they are written.
#[tokio::test]
async fn an_event_is_tested_as_it_is_written() {
    let served = serve().await;
    let whole = event().to_string();
    for (detail, pattern, expected) in [
        (r#"{"n":0.10000000000000000555}"#, r#"{"detail":{"n":[0.1]}}"#, false),
        (r#"{"n":0.10000000000000000555}"#, r#"{"detail":{"n":[0.10000000000000000555]}}"#, true),
        (r#"{"n":1,"n":2}"#, r#"{"detail":{"n":[1]}}"#, true),
    ] {
        let event = whole.replace(r#"{"n":1}"#, detail);
        assert!(event.contains(detail));
        let test = served.client.test_event_pattern().event_pattern(pattern).event(event);
        assert_eq!(test.send().await.unwrap().result(), expected, "{pattern} on {detail}");
    }
}

#[tokio::test]
async fn an_invalid_pattern_or_event_is_refused() {
    let served = serve().await;
    let mut incomplete = event();
    incomplete.as_object_mut().unwrap().remove("detail-type");
    let pattern = r#"{"detail":{"n":[1]}}"#;
    let invalid_event = ("ValidationException", "Parameter Event is not valid.");
    for (pattern, event, (code, message)) in [
        ("{}", event().to_string(), ("InvalidEventPatternException", "Empty objects")),
        (pattern, incomplete.to_string(), invalid_event),
        (pattern, "no JSON".to_owned(), invalid_event),
        (pattern, "[]".to_owned(), invalid_event),
        (pattern, format!("{} {{}}", event()), invalid_event),
    ] {
        let test = served.client.test_event_pattern().event_pattern(pattern).event(event);
        let error = test.send().await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{error:?}");
        assert!(error.message().unwrap().contains(message), "{error:?}");
    }
}
