//! Whole bookings with a word of its own in every text that a client can send; afterwards every
//! place that keeps anything is searched for those words.

use std::collections::BTreeSet;

use bed::{Bed, Booking};
use local::{Data, Options, System};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::stores::Stores;
use crate::faults::schedules;
use crate::logs::Logs;

const TRIP: &str = "canarytrip";
const CUSTOMER: &str = "canarycustomer";
const HOTEL: &str = "canaryhotel";

/// Headers with free text, which nothing but a request's own answer may depend on.
const HEADERS: [(&str, &str); 10] = [
    ("cookie", "session=canarycookie"),
    ("user-agent", "canaryagent"),
    ("referer", "https://canaryreferer.example"),
    ("x-forwarded-for", "canaryforwarded"),
    ("x-api-key", "canarykey"),
    ("x-request-id", "canary request id"),
    ("x-amzn-trace-id", "Root=canarytrace"),
    ("traceparent", "00-canaryparent"),
    ("idempotency-key", "canaryidempotency"),
    ("x-anything", "canaryanything"),
];

/// Names under which a client may try to send card or contact data.
const CREDENTIALS: [&str; 10] = [
    "card_number",
    "card",
    "cvv",
    "iban",
    "expiry",
    "email",
    "phone",
    "passport_number",
    "passenger_name",
    "payment_method",
];

/// Requests that are refused, each with a word in one place.
fn refused() -> Vec<(String, Value)> {
    let mut requests = Vec::new();
    let mut add = |word: String, change: &dyn Fn(&mut Value, &str)| {
        let mut body = Booking::new("trip-refused").body().clone();
        change(&mut body, &word);
        requests.push((word, body));
    };
    for name in CREDENTIALS {
        let value = format!("canary{}", name.replace('_', ""));
        add(format!("{value}root"), &|body, word| body[name] = json!(word));
        add(format!("{value}flight"), &|body, word| body["flight_details"][name] = json!(word));
        add(format!("{value}hotel"), &|body, word| {
            body["hotel_details"][name] = json!({ word: word });
        });
        add(format!("{value}sandbox"), &|body, word| body["sandbox"] = json!({ name: word }));
    }
    for field in ["trip_id", "amount", "currency", "customer_id", "results", "error_info"] {
        let word = format!("canary {field}");
        add(word, &|body, word| body[field] = json!(word));
    }
    for field in ["flight_number", "departure_time", "arrival_time", "price_amount"] {
        let word = format!("canary {field}");
        add(word, &|body, word| body["flight_details"][field] = json!(word));
    }
    add("canaryfieldname".to_owned(), &|body, word| body[word] = json!(1));
    add("canarysandboxkey".to_owned(), &|body, word| body["sandbox"] = json!({ word: "slow" }));
    add("canarysandboxvalue".to_owned(), &|body, word| body["sandbox"] = json!({ "flight": word }));
    requests
}

/// A client that sends every canary header with every request.
struct Client<'a>(&'a System);

impl Client<'_> {
    async fn send(&self, request: RequestBuilder, status: u16) -> Value {
        let request = request.bearer_auth(format!("dev-customer-{CUSTOMER}"));
        let request =
            HEADERS.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status);
        answer.json().await.unwrap_or_default()
    }

    async fn get(&self, path: &str, status: u16) -> Value {
        self.send(reqwest::Client::new().get(format!("{}{path}", self.0.urls().api)), status).await
    }

    async fn post(&self, path: &str, body: &Value, status: u16) -> Value {
        let url = format!("{}{path}", self.0.urls().api);
        self.send(reqwest::Client::new().post(url).json(body), status).await
    }

    /// Books a trip, and waits for its end.
    async fn book(&self, trip: &str, sandbox: Value) {
        let mut body = Booking::new(trip).with_sandbox(sandbox).body().clone();
        body["hotel_details"]["hotel_name"] = json!(HOTEL);
        self.post("/trips?canaryparameter=canaryparameter", &body, 202).await;
        self.0.idle().await.unwrap();
    }
}

/// Every request that a client has: bookings that succeed, fail and are cancelled, reads, and
/// refusals.
async fn drive(system: &System) {
    let client = Client(system);
    client.book(TRIP, json!({})).await;
    client.book("trip-declined", json!({ "payment": "declined" })).await;
    client.book("trip-undone", json!({ "hotel": "timeout_after_effect" })).await;
    client
        .post(&format!("/trips/{TRIP}/cancellation?canaryparameter=1"), &json!("canarybody"), 202)
        .await;
    system.idle().await.unwrap();
    let trip = client.get(&format!("/trips/{TRIP}"), 200).await;
    assert_eq!(trip["status"], "CANCELLED");
    client.get(&format!("/trips/{TRIP}/events"), 200).await;
    client.get("/trips?from=2026-03-01", 200).await;
    client.get("/trips?canaryparameter=canaryparameter", 400).await;
    client.get("/trips/canary%20path", 400).await;
    client.get("/canaryroute", 404).await;
    for (word, body) in refused() {
        let problem = client.post("/trips", &body, 400).await;
        assert_eq!(problem["code"], "InvalidRequest", "{word}");
    }
    let body = reqwest::Client::new().post(format!("{}/trips", system.urls().api));
    let body = body.header("content-type", "application/json").body("canarymalformed");
    client.send(body, 400).await;
}

/// Every word that is found nowhere: it was refused, or nothing had a use for it.
fn nowhere() -> Vec<String> {
    let headers = HEADERS.iter().map(|(_, value)| value.rsplit('=').next().unwrap().to_owned());
    let others = [
        "canaryparameter",
        "canarybody",
        "canary path",
        "canary%20path",
        "canaryroute",
        "canarymalformed",
        "dev-customer",
        "bearer ",
    ];
    let refused = refused().into_iter().map(|(word, _)| word);
    headers.chain(others.map(str::to_owned)).chain(refused).collect()
}

/// The hotel's name is the one free text that a booking keeps: in its execution, the trip and its
/// view, and in the events that tell of the hotel. Ids are in the log as well. Nothing else that a
/// client sends, be it a header, a parameter or a refused field, is found anywhere.
#[tokio::test]
async fn fault_62_what_a_client_sends_is_kept_where_it_belongs_and_nowhere_else() {
    let (logs, bed, files) = (Logs::capture(), Bed::new().await, TempDir::new().unwrap());
    let options = Options { data: Data::Dir(files.path().to_owned()), ..bed.options() };
    let system = System::start(options).await.unwrap();
    drive(&system).await;
    let stores = Stores::of(&bed, system, files.path()).await.with("log", logs.text());

    let kept = ["trips", "search", "executions", "events", "file executions", "file events"];
    let kept = BTreeSet::from(kept);
    assert_eq!(stores.holding(HOTEL), kept);
    assert_eq!(stores.holding(CUSTOMER), &kept | &BTreeSet::from(["log"]));
    assert_eq!(stores.holding(TRIP), &kept | &BTreeSet::from(["log", "sandbox"]));
    let absent = nowhere();
    for word in &absent {
        assert_eq!(stores.holding(word), BTreeSet::new(), "{word}");
    }
    assert!(logs.lines().len() > 20, "the functions log");
    schedules(62, absent.len() + 3);
}

/// The request has no field for a payment credential or contact data, and no part of it takes an
/// unknown one: each is refused by its path.
#[tokio::test]
async fn fault_62_no_part_of_a_request_takes_a_credential() {
    let (bed, system) = Bed::with_system().await;
    let client = Client(&system);
    for name in CREDENTIALS {
        for part in ["", "flight_details", "hotel_details", "sandbox"] {
            let mut body = Booking::new("trip-1").with_sandbox(json!({})).body().clone();
            let object = if part.is_empty() { &mut body } else { &mut body[part] };
            object[name] = json!("4111111111111111");
            let problem = client.post("/trips", &body, 400).await;
            let path = format!("{part}.{name}");
            let path = path.trim_start_matches('.');
            assert_eq!(problem["errors"][0]["field"], path);
            assert_eq!(problem["errors"][0]["code"], "unknown_field", "{path}");
            assert!(!problem.to_string().contains("4111"), "{problem}");
        }
    }
    assert!(bed.fold().await.is_empty());
    system.stop().await;
    schedules(62, CREDENTIALS.len() * 4);
}
