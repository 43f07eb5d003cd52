//! The gateway of a running system, asked over HTTP.

use bed::Bed;
use local::System;
use reqwest::header::{DATE, HeaderMap};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

/// A running system on a bed's tables.
pub(super) struct Live {
    system: System,
    http: Client,
}

/// An answer, without the time at which it was sent.
#[derive(Debug, PartialEq)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Live {
    pub(super) async fn on(bed: &Bed) -> Self {
        Self { system: bed.system().await, http: Client::new() }
    }

    /// A request as a customer. The path is sent as it is written, `/trips/a%23b` for one.
    pub(super) async fn ask(&self, customer: &str, method: Method, path: &str) -> Response {
        self.send(customer, self.http.request(method, self.url(path))).await
    }

    /// Books as a customer.
    pub(super) async fn book(&self, customer: &str, body: &Value) -> Response {
        self.send(customer, self.http.post(self.url("/trips")).json(body)).await
    }

    /// Waits until nothing runs any more.
    pub(super) async fn idle(&self) {
        self.system.idle().await.unwrap();
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.system.urls().api)
    }

    async fn send(&self, customer: &str, request: RequestBuilder) -> Response {
        let request = request.bearer_auth(format!("dev-customer-{customer}"));
        let response = request.header("x-request-id", "request-1").send().await.unwrap();
        let (status, mut headers) = (response.status().as_u16(), response.headers().clone());
        headers.remove(DATE);
        Response { status, headers, text: response.text().await.unwrap() }
    }
}

impl Response {
    pub(super) fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The status and the problem's code.
    pub(super) fn refusal(&self) -> (u16, String) {
        (self.status, self.body()["code"].as_str().unwrap_or_default().to_owned())
    }
}
