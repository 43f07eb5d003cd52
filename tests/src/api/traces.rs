//! A client's trace, from its request to the events on the bus.

use std::sync::{Arc, Mutex};

use bed::{Bed, Booking};
use event_bus::{Entry, Position};
use local::{Faults, Options, System};
use reqwest::Response;
use serde_json::Value;

const BOOKED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const BOOKED_X_RAY: &str =
    "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1";
const CANCELLED: &str = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00";
const CANCELLED_X_RAY: &str =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";

/// The traces of the entries that were put on the bus.
#[derive(Default)]
struct TraceHeaders(Arc<Mutex<Vec<Option<String>>>>);

impl TraceHeaders {
    fn take(&self) -> Vec<Option<String>> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

async fn system(bed: &Bed, headers: &TraceHeaders) -> System {
    let kept = Arc::clone(&headers.0);
    let keep = move |entry: &Entry| {
        kept.lock().unwrap().push(entry.trace_header.clone());
        None
    };
    let faults = Faults { bus: Arc::new(keep), ..Faults::default() };
    System::start(Options { faults, ..bed.options() }).await.unwrap()
}

async fn post(system: &System, path: &str, header: (&str, &str), body: &Value) -> Response {
    let request = reqwest::Client::new().post(format!("{}{path}", system.urls().api));
    let request = request.bearer_auth("dev-operator").header(header.0, header.1).json(body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 202);
    system.idle().await.unwrap();
    answer
}

/// The trace of each event of the archive, as its envelope tells it.
async fn envelopes(system: &System) -> Vec<Option<String>> {
    let events = system.bus().archive().read(Position::START, 100).await.unwrap();
    let envelope =
        |event: &_| serde_json::to_value(event).unwrap()["detail"]["traceparent"].clone();
    let traces = events.iter().map(|event| envelope(&event.event));
    traces.map(|trace| trace.as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_clients_trace_is_on_every_event_and_every_entry_of_its_saga() {
    let (bed, headers) = (Bed::new().await, TraceHeaders::default());
    let system = system(&bed, &headers).await;
    let booking = Booking::new("trip-1");
    let answer = post(&system, "/trips", ("traceparent", BOOKED), booking.body()).await;
    assert_eq!(answer.headers()["traceparent"], BOOKED);
    let booked = envelopes(&system).await;
    assert_eq!(booked, vec![Some(BOOKED.to_owned()); booked.len()]);
    assert_eq!(headers.take(), vec![Some(BOOKED_X_RAY.to_owned()); booked.len()]);

    let cancellation = ("x-amzn-trace-id", CANCELLED_X_RAY);
    post(&system, "/trips/trip-1/cancellation", cancellation, &Value::Null).await;
    let cancelled = envelopes(&system).await.split_off(booked.len());
    assert!(booked.len() > 1 && cancelled.len() > 1, "{booked:?} {cancelled:?}");
    assert_eq!(cancelled, vec![Some(CANCELLED.to_owned()); cancelled.len()]);
    assert_eq!(headers.take(), vec![Some(CANCELLED_X_RAY.to_owned()); cancelled.len()]);
    system.stop().await;
}

#[tokio::test]
async fn what_is_not_a_trace_is_neither_kept_nor_told_and_none_is_begun() {
    let (bed, headers) = (Bed::new().await, TraceHeaders::default());
    let system = system(&bed, &headers).await;
    let upper = BOOKED.to_ascii_uppercase();
    let sent = [("traceparent", upper.as_str()), ("x-amzn-trace-id", "Root=me"), ("x-none", "")];
    for (number, header) in sent.into_iter().enumerate() {
        let booking = Booking::new(&format!("trip-{number}"));
        let answer = post(&system, "/trips", header, booking.body()).await;
        assert_eq!(answer.headers().get("traceparent"), None, "{header:?}");
    }
    let (events, entries) = (envelopes(&system).await, headers.take());
    assert!(events.len() >= sent.len() && events.iter().all(Option::is_none), "{events:?}");
    assert_eq!(entries, events);
    system.stop().await;
}
