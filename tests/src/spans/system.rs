//! The whole system on one machine, traced: the real state machines call the functions.

use std::collections::BTreeSet;

use bed::{Bed, Booking, book_on};
use lambda_kit::config::Config;
use lambda_kit::spans::Spans;
use local::{Options, System};
use tracing_subscriber::layer::SubscriberExt;

use super::collector::{Collected, Collector};

const STEPS: [&str; 3] = ["flight.reserve", "hotel.reserve", "payment.process"];

#[tokio::test]
async fn the_steps_of_a_booking_are_one_trace_each_below_a_state_of_its_own() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str())];
    let spans = Spans::from_config(&Config::from_map(settings)).unwrap();
    // The test's runtime has one thread, and this is its subscriber.
    let subscriber = tracing_subscriber::registry().with(spans.layer());
    let _traced = tracing::subscriber::set_default(subscriber);
    let system = System::start(Options { spans, ..bed.options() }).await.unwrap();
    book_on(&system, &Booking::new("trip-1")).await;
    system.idle().await.unwrap();
    system.stop().await;

    let steps = STEPS.map(|step| collector.the(step));
    let traces: BTreeSet<_> = steps.iter().map(Collected::trace_id).collect();
    let states: BTreeSet<_> = steps.iter().map(Collected::parent_id).collect();
    assert_eq!((traces.len(), states.len()), (1, STEPS.len()), "{steps:?}");
    assert!(!states.contains(""), "{steps:?}");
    assert!(steps.iter().all(|step| step.service == "trip-saga"));
    let names: BTreeSet<_> = collector.spans().into_iter().map(|seen| seen.span.name).collect();
    for name in ["dispatch", "project"] {
        assert!(names.contains(name), "{names:?}");
    }
    // What a step wrote is published in its trace, below its span.
    for (step, event) in steps.iter().zip(["flight.reserved", "hotel.reserved", "trip.confirmed"]) {
        let published = collector.the(&format!("publish {event}.v1"));
        assert_eq!(published.trace_id(), step.trace_id());
        assert_eq!(published.parent_id(), step.span_id());
    }
}
