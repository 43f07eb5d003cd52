//! A step of the saga: its span hangs under its state's, and says how the step ended.

use std::collections::BTreeSet;

use bed::{Bed, Booking, answers, faults};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use serde_json::json;

use super::collector::Collector;
use super::{STATE, TRACE, flight_reserve, task};

/// What is asserted right after the answer was sent before it.
#[tokio::test]
async fn a_steps_span_is_sent_before_its_answer_and_is_a_child_of_the_state_that_called_it() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let function = flight_reserve(&bed, &collector.url);
    function.invoke(&task(&Booking::new("trip-1"))).await.unwrap();

    let step = collector.the("flight.reserve");
    assert_eq!((step.trace_id().as_str(), step.parent_id().as_str()), (TRACE, STATE));
    assert_eq!((step.service.as_str(), step.span.kind()), ("flight-reserve", SpanKind::Server));
    assert_eq!(step.text("trip.id").as_deref(), Some("trip-1"));
    assert_eq!(step.text("faas.trigger").as_deref(), Some("other"));
    assert!(step.text("faas.invocation_id").is_some_and(|id| id.len() == 36));
    assert_eq!((step.text("error.type"), step.is_error()), (None, false));
    assert!(step.span.events.is_empty(), "what is logged is in the log");
}

#[tokio::test]
async fn what_a_step_calls_is_below_its_span() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let function = flight_reserve(&bed, &collector.url);
    function.invoke(&task(&Booking::new("trip-1"))).await.unwrap();

    let (step, spans) = (collector.the("flight.reserve"), collector.spans());
    let names: BTreeSet<_> = spans.iter().map(|collected| collected.span.name.as_str()).collect();
    for name in ["DynamoDB.TransactWriteItems", "supplier"] {
        assert!(names.contains(name), "{names:?}");
    }
    let supplier = collector.the("supplier").span_id();
    for call in spans.iter().filter(|collected| collected.span.name != "flight.reserve") {
        assert!([step.span_id(), supplier.clone()].contains(&call.parent_id()), "{call:?}");
        assert_eq!((call.trace_id().as_str(), call.span.kind()), (TRACE, SpanKind::Client));
    }
}

#[tokio::test]
async fn a_refusal_is_named_and_is_not_an_error() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let booking = Booking::new("trip-1").with_sandbox(json!({ "flight": "unavailable" }));
    let refused = flight_reserve(&bed, &collector.url).invoke(&task(&booking)).await.unwrap_err();
    assert_eq!(refused.error_type, "FlightUnavailable");
    let step = collector.the("flight.reserve");
    assert_eq!(step.text("error.type").as_deref(), Some("FlightUnavailable"));
    assert!(!step.is_error());
}

#[tokio::test]
async fn a_fault_is_an_error_under_its_code() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    bed.database.inject(faults::always("GetItem", answers::internal()));
    let function = flight_reserve(&bed, &collector.url);
    let failed = function.invoke(&task(&Booking::new("trip-1"))).await.unwrap_err();
    let step = collector.the("flight.reserve");
    assert_eq!(step.text("error.type"), Some(failed.error_type));
    assert!(step.is_error());
}

#[tokio::test]
async fn a_payload_that_names_no_state_loses_the_parent_and_nothing_else() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let function = flight_reserve(&bed, &collector.url);
    let mut payload = Booking::new("trip-1").task("alice", "saga-1");
    function.invoke(&payload).await.unwrap();
    payload["step"] = json!({ "execution": ["unknown"] });
    function.invoke(&payload).await.unwrap();
    let mut steps = collector.spans();
    steps.retain(|collected| collected.span.name == "flight.reserve");
    assert_eq!(steps.len(), 2);
    for step in steps {
        assert_eq!(step.parent_id(), "");
        assert_ne!(step.trace_id(), TRACE);
    }
}

/// Ids are not personal data; nothing else of a request is in a span.
#[tokio::test]
async fn nothing_of_a_request_but_the_trips_id_is_sent() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let function = flight_reserve(&bed, &collector.url);
    for (trip, field) in [("canarytrip", "hotel_name"), ("trip-2", "canaryfield")] {
        let mut payload = task(&Booking::new(trip));
        payload["input"]["customer_id"] = json!("canarycustomer");
        payload["input"]["hotel_details"][field] = json!("canaryhotel");
        // The second is refused over its field, whose name is the client's text as well.
        assert_eq!(function.invoke(&payload).await.is_ok(), field == "hotel_name");
    }
    let sent = collector.bodies().concat();
    let sent = String::from_utf8_lossy(&sent);
    assert!(sent.contains("canarytrip"));
    for absent in
        ["canarycustomer", "canaryhotel", "canaryfield", "NH1", "NH001", "Tokyo", "saga-1"]
    {
        assert!(!sent.contains(absent), "{absent}");
    }
}
