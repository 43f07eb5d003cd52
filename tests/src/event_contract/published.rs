//! A whole system, and trips of every end on its bus.

use bed::{Booking, book_on, eventually, system_on};
use local::System;
use reqwest::Client;
use serde_json::{Value, json};

/// Trips, and what their suppliers are asked to do. The first is cancelled once it is confirmed.
const TRIPS: [(&str, &str); 7] = [
    ("cancelled", "{}"),
    ("confirmed", "{}"),
    ("no-seat", r#"{"flight": "unavailable"}"#),
    ("no-room", r#"{"hotel": "unavailable"}"#),
    ("no-money", r#"{"payment": "declined"}"#),
    ("found-a-charge", r#"{"payment": "timeout_after_effect"}"#),
    ("tombstone", r#"{"flight": "timeout"}"#),
];

/// A running system that has published everything there was to publish.
pub(super) struct Published(System);

impl Published {
    /// Books the trips and waits until nothing is left to do.
    pub(super) async fn start() -> Self {
        let system = system_on(None).await;
        for (trip, sandbox) in TRIPS {
            let sandbox = serde_json::from_str(sandbox).unwrap();
            book_on(&system, &Booking::new(trip).with_sandbox(sandbox)).await;
        }
        book_as_operator(&system, "an-operators").await;
        system.idle().await.unwrap();
        cancel(&system, TRIPS[0].0).await;
        system.idle().await.unwrap();
        Self(system)
    }

    /// The events as targets get them, in the order in which the bus took them: those that match
    /// the pattern, if there is one.
    pub(super) async fn events(&self, pattern: Option<&str>) -> Vec<Value> {
        let url = format!("{}/archive/events", self.0.urls().aws);
        let query: Vec<_> = pattern.map(|pattern| ("pattern", pattern)).into_iter().collect();
        let answer = client().get(url).query(&query).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{pattern:?}");
        let lines = answer.text().await.unwrap();
        let event = |line| serde_json::from_str::<Value>(line).unwrap()["event"].clone();
        lines.lines().map(event).collect()
    }

    /// What the API serves at one of its addresses, to somebody without a token.
    pub(super) async fn served(&self, address: &str) -> Value {
        assert!(address.starts_with(&self.0.urls().api), "{address}");
        let answer = client().get(address).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{address}");
        answer.json().await.unwrap()
    }

    pub(super) async fn stop(self) {
        self.0.stop().await;
    }
}

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

/// All other trips are customer 1's.
async fn book_as_operator(system: &System, trip: &str) {
    let request = client().post(format!("{}/trips", system.urls().api));
    let booking = Booking::new(trip).with("/currency", "USD");
    let booking = booking.with("/flight_details/price_currency", "USD");
    let booking = booking.with("/hotel_details/price_currency", "USD");
    let answer = request.bearer_auth("dev-operator").json(booking.body()).send().await.unwrap();
    assert_eq!(answer.status(), 202);
}

async fn cancel(system: &System, trip: &str) {
    let trip = format!("{}/trips/{trip}", system.urls().api);
    let asked = client().post(format!("{trip}/cancellation")).bearer_auth("dev-customer-1");
    assert_eq!(asked.send().await.unwrap().status(), 202);
    eventually("the trip is cancelled", async || {
        let shown = client().get(&trip).bearer_auth("dev-customer-1").send().await.unwrap();
        let shown: Value = shown.json().await.unwrap();
        (shown["status"] == json!("CANCELLED")).then_some(())
    })
    .await;
}
