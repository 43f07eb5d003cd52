//! The one booking that tests make, as a caller sends it.

use domain::TripDetails;
use domain::request::BookingRequest;
use serde_json::{Value, json};

/// The length of `yyyy-mm-dd`.
const DATE: usize = 10;

/// A valid request, to be changed and sent.
#[derive(Clone, Debug)]
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

    /// The same with another value at a JSON pointer such as `/hotel_details/hotel_name`.
    #[must_use]
    pub fn with(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        *self.0.pointer_mut(pointer).unwrap() = value.into();
        self
    }

    /// The same with a flight that departs then, with or without an offset, and arrives at the end
    /// of that day.
    #[must_use]
    pub fn departing(self, time: &str) -> Self {
        let (date, clock) = time.split_at(DATE);
        let offset = clock.find(['Z', '+', '-']).map_or("", |place| &clock[place..]);
        let arrival = format!("{date}T23:59:59{offset}");
        let booking = self.with("/flight_details/departure_time", time);
        booking.with("/flight_details/arrival_time", arrival)
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
}
