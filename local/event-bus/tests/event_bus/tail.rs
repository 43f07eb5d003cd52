//! `GET /archive/events`: the archive as lines of JSON over HTTP.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::Timestamp;
use event_bus::{ArchivedEvent, Position, router};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::support::{START, Served, config, number, publish, serve};

async fn get(served: &Served, query: &str) -> (StatusCode, Body) {
    let request = Request::get(format!("/archive/events?{query}")).body(Body::empty()).unwrap();
    let response = router(served.bus.clone()).oneshot(request).await.unwrap();
    (response.status(), response.into_body())
}

/// The lines of an answer that ends.
async fn lines(served: &Served, query: &str) -> Vec<String> {
    let (status, body) = get(served, query).await;
    assert_eq!(status, StatusCode::OK, "{query}");
    let body = body.collect().await.unwrap().to_bytes();
    String::from_utf8(body.into()).unwrap().lines().map(str::to_owned).collect()
}

async fn numbers(served: &Served, query: &str) -> Vec<u64> {
    let events = lines(served, query).await;
    events
        .iter()
        .map(|line| number(&serde_json::from_str::<ArchivedEvent>(line).unwrap()))
        .collect()
}

#[tokio::test]
async fn a_line_holds_position_time_rules_and_event() {
    let served = serve().await;
    let rule = served.client.put_rule().name("all").event_bus_name("trip-saga");
    rule.event_pattern(r#"{"source":["trip-saga"]}"#).send().await.unwrap();
    publish(&served.client, [7]).await;
    let lines = lines(&served, "").await;
    let line: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(line["position"], 1);
    assert_eq!(line["received_at"], "2026-03-01T01:00:00.000Z");
    assert_eq!(line["rules"][0], "all");
    assert_eq!(line["bus"], "trip-saga");
    assert_eq!(line["event"]["detail"]["n"], 7);
}

#[tokio::test]
async fn the_archive_can_be_narrowed() {
    let served = serve().await;
    let rule = served.client.put_rule().name("odd").event_bus_name("trip-saga");
    rule.event_pattern(r#"{"detail":{"n":[1,3]}}"#).send().await.unwrap();
    publish(&served.client, 0..3).await;
    served.set_clock(1000);
    publish(&served.client, 3..5).await;
    for (query, expected) in [
        ("", vec![0, 1, 2, 3, 4]),
        ("after=2", vec![2, 3, 4]),
        ("limit=2", vec![0, 1]),
        ("after=1&limit=2", vec![1, 2]),
        ("limit=0", vec![]),
        ("since=2026-03-01T01:00:01Z", vec![3, 4]),
        ("since=2026-03-01T10:00:00.500%2B09:00", vec![3, 4]),
        ("rule=odd", vec![1, 3]),
        ("pattern=%7B%22detail%22:%7B%22n%22:%5B2,3%5D%7D%7D", vec![2, 3]),
        ("rule=odd&pattern=%7B%22detail%22:%7B%22n%22:%5B2,3%5D%7D%7D", vec![3]),
        ("follow=true&limit=5", vec![0, 1, 2, 3, 4]),
    ] {
        assert_eq!(numbers(&served, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn following_goes_on_with_what_arrives() {
    let served = serve().await;
    publish(&served.client, [0]).await;
    let (_, mut body) = get(&served, "follow=true").await;
    for n in 0..3 {
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        let event: ArchivedEvent = serde_json::from_slice(&frame).unwrap();
        assert_eq!(number(&event), n);
        publish(&served.client, [n + 1]).await;
    }
    served.bus.close();
    let rest = body.collect().await.unwrap().to_bytes();
    assert_eq!(rest.iter().filter(|&&byte| byte == b'\n').count(), 1);
}

#[tokio::test]
async fn a_query_that_cannot_be_meant_is_refused() {
    let served = serve().await;
    for (query, reason) in [
        ("after=x", "after: must be a whole number, such as 100"),
        ("limit=all", "limit: must be a whole number, such as 100"),
        ("folow=true", "folow"),
        ("since=yesterday", "since"),
        ("after=1&since=2026-03-01T01:00:00Z", "either after or since"),
        ("pattern=%7B%7D", "Empty objects are not allowed"),
        ("rule=none", "Rule none does not exist"),
    ] {
        let (status, body) = get(&served, query).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        let body: Value =
            serde_json::from_slice(&body.collect().await.unwrap().to_bytes()).unwrap();
        assert!(body["message"].as_str().unwrap().contains(reason), "{query}: {body}");
    }
}

#[test]
fn positions_are_plain_numbers_in_json() {
    assert_eq!(serde_json::to_string(&Position::START).unwrap(), "0");
    assert_eq!(serde_json::from_str::<Position>("0").unwrap(), Position::START);
}

#[tokio::test]
async fn behind_a_position_that_was_pruned_it_goes_on_with_what_is_kept() {
    let served = serve().await;
    publish(&served.client, 0..3).await;
    served.set_clock(1000);
    publish(&served.client, 3..5).await;
    let retention = config().retention.as_millis() as i64;
    assert_eq!(served.bus.prune(Timestamp::from_millis(START + retention + 1)).await.unwrap(), 3);
    for (query, expected) in [("after=1", vec![3, 4]), ("after=4", vec![4]), ("after=9", vec![])] {
        assert_eq!(numbers(&served, query).await, expected, "{query}");
    }
}
