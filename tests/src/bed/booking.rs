//! A booking as a caller sends it.

use domain::TripDetails;
use domain::request::BookingRequest;
use local::System;
use serde_json::{Value, json};

/// A valid request, to be changed and sent.
pub(crate) struct Booking(Value);

impl Booking {
    /// A request that succeeds, under this trip id.
    pub(crate) fn new(trip_id: &str) -> Self {
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
    pub(crate) fn with_sandbox(mut self, sandbox: Value) -> Self {
        self.0["sandbox"] = sandbox;
        self
    }

    /// What it asks for.
    pub(crate) fn details(&self) -> TripDetails {
        BookingRequest::parse(&self.0).unwrap().details().unwrap()
    }

    /// Sends it as a customer; it must be accepted.
    pub(crate) async fn send(&self, system: &System) {
        let request = reqwest::Client::new().post(format!("{}/trips", system.urls().api));
        let answer = request.bearer_auth("dev-customer-1").json(&self.0).send().await.unwrap();
        assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
    }
}
