//! Requests as a server gets them, and what its answers mean.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request as Received, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use event_delivery::{
    Address, Destination, EventFacts, Failure, HttpParameters, Input, Kind, Request, Sender,
    Target, Url, is_listening,
};
use rstest::rstest;
use serde_json::value::RawValue;
use testing::FixedClock;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// An answer of the server.
type Answer = (StatusCode, [(&'static str, &'static str); 1], &'static str);

const PATIENCE: Duration = Duration::from_secs(60);

/// Serves one answer for all requests; returns the address, and the lines and headers that came.
async fn serve(answer: Answer) -> (String, mpsc::UnboundedReceiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (told, heard) = mpsc::unbounded_channel();
    let reply = move |State(told): State<mpsc::UnboundedSender<_>>, request: Received| async move {
        let headers = request.headers().iter();
        let headers = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        let first = format!("{} {}", request.method(), request.uri());
        told.send([first].into_iter().chain(headers).collect()).unwrap();
        answer.into_response()
    };
    let router = Router::new().fallback(reply).with_state(told);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, heard)
}

fn sender() -> Sender {
    Sender::new(PATIENCE, Arc::new(FixedClock::at_noon())).unwrap()
}

fn facts() -> EventFacts<'static> {
    let received_at = "2026-03-01T01:00:00Z".parse().unwrap();
    EventFacts { rule_arn: "arn", rule_name: "name", received_at }
}

fn event() -> Box<RawValue> {
    RawValue::from_string(r#"{"detail": {"id": "i/1", "n": 1.10e400}}"#.to_owned()).unwrap()
}

#[tokio::test]
async fn an_http_address_gets_the_event_with_the_targets_parameters() {
    let (url, mut heard) = serve((StatusCode::NO_CONTENT, [("a", "b")], "")).await;
    let http: HttpParameters = serde_json::from_str(
        r#"{"PathParameterValues": ["$.detail.id"], "QueryStringParameters": {"k": "v"},
            "HeaderParameters": {"Authorization": "Bearer x", "x-id": "$.detail.id"}}"#,
    )
    .unwrap();
    let address: Address = format!("{url}/trips/*").parse().unwrap();
    let target = Target { address, input: Input::default(), http: Some(http) };
    let request = target.request(&event(), &facts(), None).unwrap();
    assert_eq!(request.body, event().get(), "byte by byte");
    let sent = sender().send(&request, &[("x-event-id", "e-1".to_owned())]).await;
    assert_eq!(sent, Ok(204));
    let heard = heard.recv().await.unwrap();
    assert_eq!(heard[0], "POST /trips/i%2F1?k=v");
    for header in [
        "content-type: application/json",
        "authorization: Bearer x",
        "x-id: i/1",
        "x-event-id: e-1",
    ] {
        assert!(heard.contains(&header.to_owned()), "{header} in {heard:?}");
    }
}

#[tokio::test]
async fn a_function_is_invoked_behind_the_invoke_address() {
    let (url, mut heard) = serve((StatusCode::OK, [("a", "b")], r#"{"errorType": "mine"}"#)).await;
    let address = "arn:aws:lambda:us-east-1:000000000000:function:mail:live".parse().unwrap();
    let target = Target { address, input: Input::path("$.detail").unwrap(), http: None };
    let invoke = url.parse().unwrap();
    let request = target.request(&event(), &facts(), Some(&invoke)).unwrap();
    assert_eq!(sender().send(&request, &[]).await, Ok(200));
    let line = "POST /2015-03-31/functions/mail/invocations?Qualifier=live";
    assert_eq!(heard.recv().await.unwrap()[0], line);
    let nowhere = target.request(&event(), &facts(), None).unwrap_err();
    assert_eq!(nowhere.to_string(), "no invoke address is given for the function mail");
}

const FAILED: &str = r#"{"errorType": "Oops", "errorMessage": "no such trip", "stackTrace": []}"#;

#[rstest]
#[case::says_so(StatusCode::OK, ("x-amz-function-error", "Unhandled"), FAILED, "the function failed: Oops: no such trip", true)]
#[case::says_so_in_the_body(StatusCode::OK, ("a", "b"), FAILED, "the function failed: Oops: no such trip", true)]
#[case::says_little(StatusCode::OK, ("x-amz-function-error", "Unhandled"), "boom", "the function failed: boom", true)]
#[case::is_missing(StatusCode::NOT_FOUND, ("a", "b"), "", "404 Not Found", false)]
#[case::is_throttled(StatusCode::TOO_MANY_REQUESTS, ("a", "b"), "", "429 Too Many Requests", true)]
#[tokio::test]
async fn a_function_that_failed_is_no_delivery(
    #[case] status: StatusCode,
    #[case] header: (&'static str, &'static str),
    #[case] body: &'static str,
    #[case] error: &str,
    #[case] again: bool,
) {
    let (url, _heard) = serve((status, [header], body)).await;
    let to =
        Destination { kind: Kind::Function, url: url.parse().unwrap(), headers: BTreeMap::new() };
    let failure = sender().send(&Request { to, body: "{}".to_owned() }, &[]).await.unwrap_err();
    let again = again.then_some(Duration::ZERO);
    assert_eq!(failure, Failure { error: error.to_owned(), again, away: false });
}

#[tokio::test]
async fn a_target_is_away_where_nobody_listens_and_only_there() {
    let (url, _heard) = serve((StatusCode::OK, [("a", "b")], "")).await;
    assert!(is_listening(&url.parse().unwrap()).await);
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let away: Url = format!("http://{free}/").parse().unwrap();
    assert!(!is_listening(&away).await);
    let request = Request { to: Destination::http(away), body: "{}".to_owned() };
    let failure = sender().send(&request, &[]).await.unwrap_err();
    assert_eq!((failure.again, failure.away), (Some(Duration::ZERO), true));

    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = format!("http://{}/", silent.local_addr().unwrap()).parse().unwrap();
    let request = Request { to: Destination::http(to), body: "{}".to_owned() };
    let patience = Duration::from_millis(20);
    let sender = Sender::new(patience, Arc::new(FixedClock::at_noon())).unwrap();
    let failure = sender.send(&request, &[]).await.unwrap_err();
    assert_eq!((failure.again, failure.away), (Some(Duration::ZERO), false), "{failure:?}");
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_fails_for_good() {
    let mut to = Destination::http("http://127.0.0.1:9/".parse().unwrap());
    to.headers.insert("x-name".to_owned(), "a\nb".to_owned());
    let failure = sender().send(&Request { to, body: "{}".to_owned() }, &[]).await.unwrap_err();
    assert_eq!(failure.error, r#"the header x-name cannot be "a\nb""#);
    assert_eq!((failure.again, failure.away), (None, false));
}
