//! CloudWatch Logs, as far as it is asked: a group that has the events of a system's bus.
//!
//! Source: `FilterLogEvents` in the CloudWatch Logs API reference. A first page is empty and
//! another one follows, as the reference lets it.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use event_bus::{ArchivedEvent, EventBus, Position};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const GROUP: &str = "/aws/events/trip-saga";

/// On a port of its own until the test ends; where that is.
pub async fn of(bus: EventBus) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = axum::serve(listener, Router::new().route("/", post(filter)).with_state(bus));
    tokio::spawn(async move { server.await.unwrap() });
    url
}

async fn filter(State(bus): State<EventBus>, headers: HeaderMap, body: String) -> Response {
    assert_eq!(headers["x-amz-target"], "Logs_20140328.FilterLogEvents");
    assert!(headers["authorization"].to_str().unwrap().contains("/logs/aws4_request"));
    let asked: Value = serde_json::from_str(&body).unwrap();
    if asked["logGroupName"] != GROUP {
        let error = json!({"__type": "ResourceNotFoundException", "message": "no such group"});
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let Some(page) = asked["nextToken"].as_str() else {
        return Json(json!({"events": [], "nextToken": "0"})).into_response();
    };
    let (page, limit): (usize, _) = (page.parse().unwrap(), asked["limit"].as_u64().unwrap());
    let limit = usize::try_from(limit).unwrap();
    let [from, to] = ["startTime", "endTime"].map(|name| asked[name].as_i64().unwrap());
    let events = bus.archive().read(Position::START, 10_000).await.unwrap();
    let mut events: Vec<_> = events
        .iter()
        .filter(|event| (from..=to).contains(&event.received_at.as_millis()))
        .map(logged)
        .collect();
    if asked["startFromHead"] == false {
        events.reverse();
    }
    let rest: Vec<_> = events.into_iter().skip(page * limit).collect();
    let mut answer = json!({"events": rest[..rest.len().min(limit)], "searchedLogStreams": []});
    if rest.len() > limit {
        answer["nextToken"] = (page + 1).to_string().into();
    }
    Json(answer).into_response()
}

fn logged(event: &ArchivedEvent) -> Value {
    let at = event.received_at.as_millis();
    json!({
        "eventId": format!("{:056}", i64::from(event.position)), "logStreamName": "stream",
        "timestamp": at, "ingestionTime": at, "message": event.event.as_str(),
    })
}
