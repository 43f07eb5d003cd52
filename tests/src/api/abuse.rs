//! A system that is asked for too much, too often, too slowly, or while it stops.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use bed::{Bed, Booking, Point, eventually};
use futures::future::join_all;
use gateway::{Limits, Rate, Settings};
use local::{Faults, InvocationFaults, Options, System};
use local::{Function, InvocationError};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What every answer carries, so that nobody stores, frames, sniffs or runs it.
const SECURITY: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// A change to a request for which the gateway has an answer of its own.
type Change = fn(RequestBuilder) -> RequestBuilder;

/// Each row: a method, a path, what is done to the request, the status, the problem's code.
const ANSWERS: [(&str, &str, Change, u16, &str); 16] = [
    ("GET", "/health", |request| request, 200, ""),
    ("POST", "/trips", book, 202, ""),
    ("GET", "/trips?limit=0", |request| request, 400, "InvalidQuery"),
    ("POST", "/trips", |request| request.json(&[1]), 400, "InvalidRequest"),
    ("GET", "/trips", |request| request.bearer_auth("nobody"), 401, "Unauthorized"),
    ("GET", "/trips", from_a_page, 403, "OriginNotAllowed"),
    ("OPTIONS", "/trips", from_a_page, 403, "OriginNotAllowed"),
    ("GET", "/trips/no-such-trip", |request| request, 404, "TripNotFound"),
    ("GET", "/nowhere", |request| request, 404, "RouteNotFound"),
    ("GET", "/trips", |request| request.header("host", "trips.example"), 404, "RouteNotFound"),
    ("DELETE", "/trips", |request| request, 405, "MethodNotAllowed"),
    ("POST", "/trips", |request| book(request).bearer_auth("dev-customer-2"), 409, "TripExists"),
    ("POST", "/trips", |request| request.json(&"a".repeat(33 * 1024)), 413, "BodyTooLarge"),
    ("POST", "/trips", |request| request.body("{}"), 415, "UnsupportedMediaType"),
    ("GET", "/trips", |request| request.header("x", "a".repeat(11_000)), 431, "HeadersTooLarge"),
    ("GET", "/trips/broken", |request| request, 502, "InternalError"),
];

fn book(request: RequestBuilder) -> RequestBuilder {
    request.json(Booking::new("trip-1").body())
}

fn from_a_page(request: RequestBuilder) -> RequestBuilder {
    request.header("origin", "https://a.example")
}

/// The read side fails for one trip.
struct OneIsBroken;

impl InvocationFaults for OneIsBroken {
    fn before(&self, _: Function, payload: &Value) -> Option<InvocationError> {
        let failed = || InvocationError {
            error_type: "Runtime.ExitError".to_owned(),
            message: "as told".to_owned(),
        };
        (payload["path"] == "/trips/broken").then(failed)
    }
}

async fn started(bed: &Bed, gateway: Settings) -> System {
    let faults = Faults { invocations: Arc::new(OneIsBroken), ..Faults::default() };
    System::start(Options { gateway, faults, ..bed.options() }).await.unwrap()
}

fn request(system: &System, method: &str, path: &str) -> RequestBuilder {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    Client::new().request(method, format!("{}{path}", system.urls().api))
}

#[track_caller]
fn assert_private(answer: &Response, what: &str) {
    for (name, value) in SECURITY {
        let all: Vec<_> = answer.headers().get_all(name).iter().collect();
        assert_eq!(all, [value], "{name} of {what}");
    }
    assert!(answer.headers().contains_key("x-request-id"), "{what}");
    assert!(!answer.headers().contains_key("access-control-allow-origin"), "{what}");
}

async fn code(answer: Response) -> String {
    let body: Value = answer.json().await.unwrap();
    body["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_answer_is_kept_private_whatever_it_says() {
    let bed = Bed::new().await;
    let system = started(&bed, Settings::default()).await;
    for (method, path, change, status, expected) in ANSWERS {
        let what = format!("{method} {path}, {status}");
        let request = change(request(&system, method, path));
        let (client, request) = request.build_split();
        let mut request = request.unwrap();
        let headers = request.headers_mut();
        headers.entry("authorization").or_insert("Bearer dev-operator".parse().unwrap());
        let answer = client.execute(request).await.unwrap();
        assert_eq!(answer.status(), status, "{what}");
        assert_private(&answer, &what);
        assert_eq!(code(answer).await, expected, "{what}");
    }
    system.stop().await;
}

#[tokio::test]
async fn past_its_rate_a_system_refuses_and_says_when_to_come_back() {
    let bed = Bed::new().await;
    let one = NonZeroU32::MIN;
    let rate = Some(Rate { per_second: one, burst: one });
    let system = started(&bed, Settings { rate, ..Settings::default() }).await;
    let answers = join_all((0..10).map(|_| request(&system, "GET", "/health").send())).await;
    let answers = answers.into_iter().map(Result::unwrap);
    let (taken, refused): (Vec<_>, Vec<_>) = answers.partition(|answer| answer.status() == 200);
    assert!(!taken.is_empty() && !refused.is_empty(), "{taken:?} {refused:?}");
    for answer in refused {
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers()["retry-after"], "1");
        assert_private(&answer, "a refusal");
        assert_eq!(code(answer).await, "TooManyRequests");
    }
    eventually("a token", async || {
        let answer = request(&system, "GET", "/health").send().await.unwrap();
        (answer.status() == 200).then_some(())
    })
    .await;
    system.stop().await;
}

#[tokio::test]
async fn a_named_sites_pages_may_call() {
    let bed = Bed::new().await;
    let cors_origins = vec!["https://trips.example".parse().unwrap()];
    let system = started(&bed, Settings { cors_origins, ..Settings::default() }).await;
    for (origin, allowed) in [("https://trips.example", true), ("https://a.example", false)] {
        for method in ["OPTIONS", "GET"] {
            let request = request(&system, method, "/health").header("origin", origin);
            let request = request.header("access-control-request-method", "GET");
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), if allowed { 200 } else { 403 });
            let told = answer.headers().get("access-control-allow-origin");
            assert_eq!(told.map(|told| told == origin), allowed.then_some(true), "{origin}");
            assert_eq!(answer.headers().contains_key("vary"), allowed);
        }
    }
    system.stop().await;
}

#[tokio::test]
async fn a_client_that_sends_drop_by_drop_is_cut_off() {
    let bed = Bed::new().await;
    let short = Duration::from_millis(100);
    let limits = Limits { head: short, body: short, ..Limits::default() };
    let system = started(&bed, Settings { limits, ..Settings::default() }).await;
    let address = system.urls().api.strip_prefix("http://").unwrap().to_owned();
    let head = "POST /trips HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer dev-operator\r\n\
        content-type: application/json\r\n";
    for (begun, answered) in
        [(head.to_owned(), ""), (format!("{head}content-length: 9\r\n\r\n{{"), "HTTP/1.1 408")]
    {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).await.unwrap();
        assert!(said.is_empty() || said.contains("cache-control: no-store"), "{said}");
        assert!(said.starts_with(answered) && said.is_empty() == answered.is_empty(), "{said}");
    }
    system.stop().await;
}

#[tokio::test]
async fn a_request_that_is_under_way_when_the_system_stops_is_answered_and_no_new_one_is_taken() {
    let bed = Bed::new().await;
    let system = started(&bed, Settings::default()).await;
    let gate = bed.database.hold("GetItem", Point::Before);
    let (new, under_way) =
        (request(&system, "GET", "/health"), request(&system, "GET", "/trips/trip-1"));
    let under_way = tokio::spawn(under_way.bearer_auth("dev-operator").send());
    gate.reached().await;
    let stopping = tokio::spawn(system.stop());
    eventually("the end of new connections", async || {
        new.try_clone().unwrap().send().await.err().filter(reqwest::Error::is_connect)
    })
    .await;
    assert!(!stopping.is_finished());
    gate.open();
    assert_eq!(under_way.await.unwrap().unwrap().status(), 404);
    stopping.await.unwrap();
}
