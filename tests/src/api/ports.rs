//! The three ports of a running system: whom each of them serves, and how many.

use std::time::Duration;

use bed::{Booking, book_on};
use domain::TripId;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::Config;
use local::{Options, System};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use store::TripStore;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// More than any port has places for.
const SILENT: usize = 300;

/// A call of each port that succeeds, as a client that is not a browser sends it.
fn calls(system: &System) -> [RequestBuilder; 3] {
    let (urls, client) = (system.urls(), Client::new());
    let aws = |url: &str, target: &str, body: Value| {
        let signature = "AWS4-HMAC-SHA256 Credential=local/20260301/us-east-1/dynamodb/aws4_request, \
            SignedHeaders=host;x-amz-date, Signature=0";
        let call = client
            .post(url)
            .header("x-amz-target", target)
            .header("x-amz-date", "20260301T000000Z");
        let call = call.header("authorization", signature).body(body.to_string());
        call.header("content-type", "application/x-amz-json-1.0")
    };
    [
        client.get(format!("{}/trips?status=FAILED", urls.api)).bearer_auth("dev-operator"),
        aws(&urls.dynamodb, "DynamoDB_20120810.ListTables", json!({})),
        aws(&urls.aws, "AWSEvents.ListRules", json!({})),
    ]
}

async fn sent(call: RequestBuilder, headers: &[(&str, &str)]) -> Response {
    let call = headers.iter().fold(call, |call, (name, value)| call.header(*name, *value));
    call.send().await.unwrap()
}

async fn started() -> System {
    System::start(Options::ephemeral()).await.unwrap()
}

#[tokio::test]
async fn every_port_serves_clients_that_are_not_browsers() {
    let system = started().await;
    for call in calls(&system) {
        assert_eq!(sent(call, &[]).await.status(), StatusCode::OK);
    }
    system.stop().await;
}

#[tokio::test]
async fn no_port_serves_another_sites_page() {
    let system = started().await;
    for page in [
        &[("origin", "https://a.example")] as &[_],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:3000"), ("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")],
    ] {
        for call in calls(&system) {
            let refused = sent(call, page).await;
            assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{page:?}");
            assert_eq!(refused.headers().get("access-control-allow-origin"), None);
            let problem: Value = refused.json().await.unwrap();
            assert_eq!(problem["code"], "OriginNotAllowed");
        }
    }
    system.stop().await;
}

#[tokio::test]
async fn no_port_answers_under_a_name_that_is_not_this_machines() {
    let system = started().await;
    let port = system.urls().dynamodb.rsplit(':').next().unwrap();
    for host in ["trips.example", &format!("trips.example:{port}"), "127.0.0.1.nip.example"] {
        for call in calls(&system) {
            assert_eq!(sent(call, &[("host", host)]).await.status(), StatusCode::NOT_FOUND);
        }
    }
    system.stop().await;
}

#[tokio::test]
async fn no_port_guesses_which_of_two_headers_counts() {
    let system = started().await;
    for call in calls(&system) {
        let refused = sent(call, &[("authorization", "Bearer dev-customer-1")]).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    }
    let urls = system.urls();
    for url in [&urls.api, &urls.dynamodb, &urls.aws] {
        let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap();
        let twice = "GET /health HTTP/1.1\r\nhost: a.example\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(twice.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    system.stop().await;
}

#[tokio::test]
async fn connections_that_say_nothing_keep_nobody_out() {
    let system = started().await;
    let mut silent = Vec::new();
    let urls = system.urls().clone();
    for url in [&urls.dynamodb, &urls.aws, &urls.api] {
        for _ in 0..SILENT {
            silent.push(TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap());
        }
    }
    for call in calls(&system) {
        let patient = call.timeout(Duration::from_secs(30));
        assert_eq!(sent(patient, &[]).await.status(), StatusCode::OK);
    }
    book_on(&system, &Booking::new("trip-1")).await;
    system.idle().await.unwrap();
    assert_eq!(status(&system, "trip-1").await, "CONFIRMED");
    drop(silent);
    system.stop().await;
}

async fn status(system: &System, trip: &str) -> String {
    let call = Client::new().get(format!("{}/trips/{trip}", system.urls().api));
    let trip: Value = call.bearer_auth("dev-operator").send().await.unwrap().json().await.unwrap();
    trip["status"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_clients_sdk_reaches_the_tables_by_their_port() {
    let system = started().await;
    let endpoint = &system.urls().dynamodb;
    let config = Config::from_map([
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoint),
    ]);
    let client = store::client(&sdk_config(&config, "DYNAMODB").await);
    let trips = TripStore::new(client, "TripSagaTable");
    let trip = TripId::parse("trip-1").unwrap();
    assert!(!trips.exists(&trip).await.unwrap());
    book_on(&system, &Booking::new("trip-1")).await;
    system.idle().await.unwrap();
    assert!(trips.exists(&trip).await.unwrap());
    system.stop().await;
}
