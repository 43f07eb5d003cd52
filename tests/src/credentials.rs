//! The functions' credentials where Lambda gives them an endpoint in place of variables: the real
//! binary, for longer than its credentials live.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use bed::{Bed, Booking, Call, Instance, access_key};
use lambda_kit::config::name;
use serde_json::{Value, json};

const SAGA: &str = env!("CARGO_BIN_EXE_function-saga");
const PLACES: usize = 16;
const TOKEN: &str = "Basic dG9rZW4=";
const LONG_AGO: &str = "2026-01-01T00:00:00Z";
const LONG_AFTER: &str = "2096-01-01T00:00:00Z";

/// An endpoint that hands out a new session at each request, for as long as it is asked.
#[derive(Clone)]
struct Sessions {
    access_key: String,
    handed_out: Arc<Mutex<usize>>,
}

impl Sessions {
    async fn start(bed: &Bed) -> (Self, String) {
        let sessions = Self { access_key: access_key(&bed.tables), handed_out: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1/role", listener.local_addr().unwrap());
        let routes = Router::new().route("/v1/role", get(hand_out)).with_state(sessions.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (sessions, url)
    }

    fn handed_out(&self) -> usize {
        *self.handed_out.lock().unwrap()
    }
}

/// The first session has ended before it is used.
async fn hand_out(
    State(sessions): State<Sessions>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    if headers.get("authorization").is_none_or(|token| token != TOKEN) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let mut handed_out = sessions.handed_out.lock().unwrap();
    *handed_out += 1;
    Ok(Json(json!({
        "AccessKeyId": sessions.access_key,
        "SecretAccessKey": "local",
        "Token": format!("session-{handed_out}"),
        "Expiration": if *handed_out == 1 { LONG_AGO } else { LONG_AFTER },
    })))
}

/// The variables, with an endpoint in place of the access key.
fn variables(bed: &Bed, url: &str) -> BTreeMap<String, String> {
    let mut variables = bed.settings_with(&[
        (name::AWS_CONTAINER_CREDENTIALS_FULL_URI, url),
        (name::AWS_CONTAINER_AUTHORIZATION_TOKEN, TOKEN),
    ]);
    for key in [name::AWS_ACCESS_KEY_ID, name::AWS_SECRET_ACCESS_KEY] {
        variables.remove(key).unwrap();
    }
    variables
}

async fn reserve_flights(saga: &mut Instance, trips: &str) {
    let trips = (0..PLACES).map(|n| format!("{trips}-{n}"));
    let tasks: Vec<_> = trips.map(|trip| Booking::new(&trip).task("alice", "saga-1")).collect();
    for served in saga.invoke(&tasks).await {
        served.answer.unwrap();
    }
}

#[tokio::test]
async fn credentials_are_fetched_again_when_they_expire_and_not_before() {
    let bed = Bed::new().await;
    let (sessions, url) = Sessions::start(&bed).await;
    let mut saga = Instance::start(SAGA, "flight.reserve", &variables(&bed, &url), PLACES).await;
    reserve_flights(&mut saga, "first").await;
    let expired = bed.database.calls();
    let used = |calls: &[Call]| {
        calls.iter().map(|call| call.session.clone().unwrap()).collect::<BTreeSet<_>>()
    };
    assert!(used(&expired).contains("session-1"), "the endpoint's first session is used");
    let fetched = sessions.handed_out();
    assert!((2..=PLACES).contains(&fetched), "{fetched} fetches of {PLACES} invocations");

    reserve_flights(&mut saga, "second").await;
    let later = &bed.database.calls()[expired.len()..];
    assert!(later.len() >= 2 * PLACES);
    // Of those that were fetched at once, the one that was kept last; their order is nobody's.
    let kept = used(later);
    assert!(kept.len() == 1 && !kept.contains("session-1"), "{kept:?}");
    assert_eq!(sessions.handed_out(), fetched);
}
