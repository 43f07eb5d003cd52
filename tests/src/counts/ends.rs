//! The ends that a booking comes to, and a booking for each. Faults are those that take no time.

use bed::Booking;
use local::System;
use reqwest::{Client, RequestBuilder};
use serde_json::{Map, Value, json};

/// Ids as long as those of production.
const CUSTOMER: &str = "9c1f0c43-7f5a-4f2e-8a87-2f8d3c6b5e21";
const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// An end.
pub(super) struct End {
    pub(super) name: &'static str,
    /// How the demo says it, up to the step that caused it.
    outcome: &'static str,
    /// The step whose supplier makes trouble, and the trouble.
    trouble: Option<(&'static str, &'static str)>,
}

const fn end(
    name: &'static str,
    outcome: &'static str,
    trouble: Option<(&'static str, &'static str)>,
) -> End {
    End { name, outcome, trouble }
}

pub(super) const ENDS: &[End] = &[
    end("booked", "CONFIRMED", None),
    end("booked_after_two_retries", "CONFIRMED", Some(("payment", "error:2"))),
    end("cancelled", "CANCELLED", None),
    end("invalid", "FAILED InvalidRequest", None),
    end("flight_refused", "FAILED FlightUnavailable", Some(("flight", "unavailable"))),
    end("flight_failed", "FAILED Supplier", Some(("flight", "error"))),
    end("hotel_refused", "FAILED HotelUnavailable", Some(("hotel", "unavailable"))),
    end("hotel_failed", "FAILED Supplier", Some(("hotel", "error"))),
    end("payment_declined", "FAILED PaymentDeclined", Some(("payment", "declined"))),
    end("payment_failed", "FAILED Supplier", Some(("payment", "error"))),
];

impl End {
    /// The end that stands for a trip that ends like this after this trouble.
    pub(super) fn of(outcome: &str, sandbox: &Value) -> &'static Self {
        let step_fits = |end: &End| match end.trouble {
            Some((step, _)) if outcome.starts_with("FAILED") => sandbox.get(step).is_some(),
            Some(_) => sandbox.as_object().is_some_and(|sandbox| !sandbox.is_empty()),
            None if outcome == "CONFIRMED" => sandbox.as_object().is_none_or(Map::is_empty),
            None => true,
        };
        let mut fitting = ENDS.iter().filter(|end| outcome.starts_with(end.outcome));
        fitting.find(|end| step_fits(end)).unwrap_or_else(|| panic!("{outcome} {sandbox}"))
    }

    /// A UUID, as clients give trips.
    pub(super) fn trip(&self) -> String {
        let place = ENDS.iter().position(|end| end.name == self.name).unwrap();
        format!("2f1c7a52-5f0e-4d7a-9b51-0d4b6a1d9f{place:02}")
    }

    pub(super) async fn book(&self, system: &System) {
        let mut booking = Booking::new(&self.trip());
        if let Some((step, trouble)) = self.trouble {
            booking = booking.with_sandbox(json!({ step: trouble }));
        }
        if self.name == "invalid" {
            booking = booking.with("/amount", 1);
        }
        let request = Client::new().post(format!("{}/trips", system.urls().api));
        accepted(request.json(booking.body())).await;
    }

    pub(super) async fn cancel(&self, system: &System) {
        if self.outcome == "CANCELLED" {
            let path = format!("{}/trips/{}/cancellation", system.urls().api, self.trip());
            accepted(Client::new().post(path)).await;
        }
    }
}

async fn accepted(request: RequestBuilder) {
    let token = format!("dev-customer-{CUSTOMER}");
    let request = request.bearer_auth(token).header("x-amzn-trace-id", TRACE);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
}
