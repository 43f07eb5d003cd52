//! A whole system that is asked over HTTP.

use bed::{eventually, system_on};
use local::System;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method};
use serde_json::Value;

/// A running system and a client of its API.
pub(super) struct Live {
    system: System,
    client: Client,
}

/// Who asks, by the development token that is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Nobody,
    Customer(&'static str),
    Operator,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Live {
    pub(super) async fn start() -> Self {
        let client = Client::builder().no_proxy().build().unwrap();
        Self { system: system_on(None).await, client }
    }

    /// Where the API is.
    pub(super) fn url(&self) -> &str {
        &self.system.urls().api
    }

    /// Sends a request without more than it needs.
    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        by: By,
        body: Option<&Value>,
    ) -> Answered {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, format!("{}{path}", self.url()));
        request = match by {
            By::Nobody => request,
            By::Customer(id) => request.bearer_auth(format!("dev-customer-{id}")),
            By::Operator => request.bearer_auth("dev-operator"),
        };
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answered { status, headers, body }
    }

    pub(super) async fn get(&self, path: &str, by: By) -> Answered {
        self.ask("GET", path, by, None).await
    }

    /// Books a trip and waits for its end.
    pub(super) async fn booked(&self, body: &Value, by: By) -> Answered {
        let answer = self.ask("POST", "/trips", by, Some(body)).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        self.ended(answer.body["trip_id"].as_str().unwrap()).await;
        answer
    }

    /// Waits until nothing is under way any more for a trip.
    pub(super) async fn ended(&self, trip: &str) {
        eventually(&format!("{trip} has ended"), async || {
            let shown = self.get(&format!("/trips/{trip}"), By::Operator).await;
            let status = shown.body["status"].as_str().map(str::to_owned);
            ["CONFIRMED", "FAILED", "CANCELLED"].contains(&status.as_deref()?).then_some(())
        })
        .await;
    }

    /// Asks until search finds the trip.
    pub(super) async fn found(&self, search: &str, trip: &str) -> Answered {
        eventually(&format!("{search} finds {trip}"), async || {
            let page = self.get(search, By::Operator).await;
            let trips = page.body["trips"].as_array().cloned().unwrap_or_default();
            trips.iter().any(|row| row["trip_id"] == trip).then_some(page)
        })
        .await
    }

    pub(super) async fn stop(self) {
        self.system.stop().await;
    }
}

impl Answered {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
