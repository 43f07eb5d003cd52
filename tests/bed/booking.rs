//! A booking as a caller sends it.

use domain::TripDetails;
use domain::request::BookingRequest;
use local::System;
use serde_json::{Value, json};

/// A valid request, to be changed and sent.
pub struct Booking(Value);

impl Booking {
    /// A request that succeeds, under this trip id.
    #[must_use]
    pub fn new(trip_id: &str) -> Self {
        Self(json!({
            "trip_id": trip_id,
            "flight_details": {
                "flight_number": "NH001",
                "departure_time": "2026-03-01T10:00:00",
                "arrival_time": "2026-03-01T14:00:00",
                "price_amount": 50000,
                "price_currency": "JPY"
            },
            "hotel_details": {
                "hotel_name": "Grand Hotel Tokyo",
                "check_in_date": "2026-03-01",
                "check_out_date": "2026-03-03",
                "price_amount": 30000,
                "price_currency": "JPY"
            },
            "amount": 80000,
            "currency": "JPY"
        }))
    }

    /// The same, with a `sandbox` object.
    #[must_use]
    pub fn with_sandbox(mut self, sandbox: Value) -> Self {
        self.0["sandbox"] = sandbox;
        self
    }

    /// What it asks for.
    #[must_use]
    pub fn details(&self) -> TripDetails {
        BookingRequest::parse(&self.0).unwrap().details().unwrap()
    }

    /// The body of `POST /trips`.
    #[must_use]
    pub fn body(&self) -> &Value {
        &self.0
    }

    /// The payload of a task of its booking, in the name of a customer and a saga.
    #[must_use]
    pub fn task(&self, customer: &str, saga: &str) -> Value {
        let mut input = self.0.clone();
        input["customer_id"] = json!(customer);
        json!({ "input": input, "saga_id": saga })
    }

    /// Sends it as a customer; it must be accepted.
    pub async fn send(&self, system: &System) {
        let request = reqwest::Client::new().post(format!("{}/trips", system.urls().api));
        let answer = request.bearer_auth("dev-customer-1").json(&self.0).send().await.unwrap();
        assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
    }
}
