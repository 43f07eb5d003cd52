//! The whole system on one machine, traced: the real state machines call the functions.

use std::collections::BTreeSet;

use bed::{Bed, Booking, eventually};
use lambda_kit::config::Config;
use lambda_kit::spans::Spans;
use local::{Options, System};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use reqwest::Response;
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt;

use super::collector::{Collected, Collector};

/// The steps, each with the event of its commit.
const STEPS: [(&str, &str); 3] = [
    ("flight.reserve", "flight.reserved"),
    ("hotel.reserve", "hotel.reserved"),
    ("payment.process", "trip.confirmed"),
];

/// Sends a booking to a traced system, which is stopped when the saga has ended.
async fn book(bed: &Bed, collector: &Collector, body: &Value, header: (&str, &str)) -> Response {
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str())];
    let spans = Spans::from_config(&Config::from_map(settings)).unwrap();
    // The test's runtime has one thread, and this is its subscriber.
    let subscriber = tracing_subscriber::registry().with(spans.layer());
    let _traced = tracing::subscriber::set_default(subscriber);
    let system = System::start(Options { spans, ..bed.options() }).await.unwrap();
    let request = reqwest::Client::new().post(format!("{}/trips", system.urls().api));
    let request = request.bearer_auth("dev-customer-1").header(header.0, header.1);
    let answer = request.json(body).send().await.unwrap();
    system.idle().await.unwrap();
    system.stop().await;
    answer
}

/// The trace of which the client was told.
fn told(answer: &Response) -> &str {
    assert_eq!(answer.status(), 202);
    answer.headers()["traceparent"].to_str().unwrap()
}

#[tokio::test]
async fn a_booking_is_one_trace_from_the_request_to_the_published_events() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let answer = book(&bed, &collector, Booking::new("trip-1").body(), ("accept", "*/*")).await;

    let request = collector.the("POST /trips");
    assert_eq!(told(&answer), format!("00-{}-{}-01", request.trace_id(), request.span_id()));
    assert_eq!((request.parent_id().as_str(), request.span.kind()), ("", SpanKind::Server));
    assert_eq!(request.number("http.response.status_code"), Some(202));
    assert_eq!(request.text("trip.id").as_deref(), Some("trip-1"));
    let place = |seen: &Collected| (seen.trace_id(), seen.parent_id());
    let below = |seen: &Collected| (seen.trace_id(), seen.span_id());
    for (step, event) in STEPS {
        let step = collector.the(step);
        assert_eq!(place(&step), below(&request), "{step:?}");
        assert_eq!(step.service, "trip-saga");
        // What a step wrote is published in its trace, below its span.
        let published = collector.the(&format!("publish {event}.v1"));
        assert_eq!(place(&published), below(&step));
    }
    let names: BTreeSet<_> = collector.spans().into_iter().map(|seen| seen.span.name).collect();
    for name in ["dispatch", "project"] {
        assert!(names.contains(name), "{names:?}");
    }
}

#[tokio::test]
async fn a_booking_goes_on_in_its_clients_trace_and_not_at_all_where_that_is_not_recorded() {
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    for (flags, recorded) in [("01", true), ("00", false)] {
        let (bed, collector) = (Bed::new().await, Collector::start().await);
        let sent = format!("00-{TRACE}-b7ad6b7169203331-{flags}");
        let booking = Booking::new("trip-1");
        let answer = book(&bed, &collector, booking.body(), ("traceparent", &sent)).await;
        let told = told(&answer);
        assert!(told.contains(TRACE) && told.ends_with(flags), "{told}");
        let spans = collector.spans();
        let of_request: Vec<_> =
            spans.iter().filter(|seen| seen.span.name == "POST /trips").collect();
        assert_eq!(of_request.len(), usize::from(recorded));
        for request in of_request {
            assert_eq!(request.trace_id(), TRACE);
            assert_eq!(request.parent_id(), "b7ad6b7169203331");
        }
        let steps = spans.iter().filter(|seen| STEPS.iter().any(|step| step.0 == seen.span.name));
        assert!(steps.clone().count() >= STEPS.len() * usize::from(recorded));
        assert!(!recorded || steps.clone().all(|step| step.trace_id() == TRACE));
    }
}

#[tokio::test]
async fn a_refused_booking_is_named_on_its_span_and_is_no_error() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let answer = book(&bed, &collector, &json!({ "trip_id": "t" }), ("accept", "*/*")).await;
    assert_eq!(answer.status(), 400);
    // It is sent after the answer.
    let sent = async || collector.spans().into_iter().find(|seen| seen.span.name == "POST /trips");
    let request = eventually("the span of the request", sent).await;
    assert_eq!(request.text("error.type").as_deref(), Some("InvalidRequest"));
    assert_eq!(request.number("http.response.status_code"), Some(400));
    assert!(!request.is_error());
}
