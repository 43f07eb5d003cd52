//! Events on the bus, in the form in which the dispatcher publishes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// Entries of one call.
const ENTRIES: u32 = 10;
const TYPES: [&str; 4] =
    ["flight.reserved.v1", "hotel.reserved.v1", "payment.captured.v1", "trip.confirmed.v1"];

/// Publishes until it is dropped.
pub struct Publisher {
    published: Arc<AtomicU32>,
    _task: JoinSet<()>,
}

impl Publisher {
    /// Publishes so many events a second; fewer where the bus is slower.
    pub fn start(aws: &str, events: u32) -> Self {
        let published = Arc::<AtomicU32>::default();
        let mut task = JoinSet::new();
        task.spawn(publish(aws.to_owned(), events, Arc::clone(&published)));
        Self { published, _task: task }
    }

    /// How many events the bus has taken.
    pub fn published(&self) -> u32 {
        self.published.load(Ordering::Relaxed)
    }
}

async fn publish(aws: String, events: u32, published: Arc<AtomicU32>) {
    let http = reqwest::Client::new();
    let mut every = interval(Duration::from_secs(1) * ENTRIES / events.max(1));
    every.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for call in 0_u32.. {
        every.tick().await;
        let entries: Vec<_> = (0..ENTRIES).map(|number| entry(call * ENTRIES + number)).collect();
        let asked = json!({ "Entries": entries }).to_string();
        let request = http.post(&aws).header("X-Amz-Target", "AWSEvents.PutEvents");
        let request = request.header("Content-Type", "application/x-amz-json-1.1").body(asked);
        match request.send().await.and_then(reqwest::Response::error_for_status) {
            Ok(_) => {
                published.fetch_add(ENTRIES, Ordering::Relaxed);
            }
            Err(error) => eprintln!("events were not published: {error}"),
        }
    }
}

fn entry(number: u32) -> Value {
    let trip = format!("flow-{}", number / 4);
    let event_type = TYPES[(number % 4) as usize];
    let detail = json!({
        "specversion": "1.0", "id": format!("00000000-0000-7000-8000-{number:012}"),
        "source": "/trip-saga", "type": event_type, "subject": trip,
        "time": "2026-01-15T11:00:00.000Z",
        "datacontenttype": "application/json", "sequence": format!("{:010}", number % 4 + 1),
        "dataschema": format!("https://api.example.com/events/schemas/{event_type}#/properties/data"),
        "correlationid": trip, "sagaid": format!("{trip}@2026-01-15T10:59:59.000Z"),
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "data": {
            "trip_id": trip, "customer_id": "5f1c2b9e-3a64-4f0d-9d57-8c1f0a7be213",
            "flight_number": "NH1", "departure_time": "2026-03-01T10:00:00",
            "arrival_time": "2026-03-01T14:00:00", "price": {"value": "50000", "currency": "JPY"},
        },
    });
    json!({
        "Source": "trip-saga", "DetailType": event_type, "EventBusName": "trip-saga",
        "Detail": detail.to_string(),
    })
}
