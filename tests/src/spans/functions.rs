//! The functions that no state machine calls: over HTTP, behind the stream, and by the clock.

use bed::{Bed, Booking, Request, Sandbox, batch, eventually};
use domain::TripId;
use lambda_runtime::{Context, LambdaEvent};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use saga::{Deps, Operation};
use serde_json::{Value, json};

use super::collector::{Collected, Collector};
use super::{DISPATCHER, PUPPET, QUERY_API, SWEEPER, settings};

const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn request(headers: &Value) -> Value {
    let mut event = Request::get("/trips/canary-missing").by("alice").event();
    event["resource"] = json!("/trips/{trip_id}");
    event["pathParameters"] = json!({ "trip_id": "canary-missing" });
    event["headers"] = headers.clone();
    event["multiValueHeaders"] = Value::Null;
    event
}

#[tokio::test]
async fn a_request_is_named_by_its_route_and_is_part_of_the_clients_trace() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let function = Sandbox::new(QUERY_API, "query", &settings(&bed, &collector.url));
    let answer = function.invoke(&request(&json!({ "Traceparent": TRACEPARENT }))).await.unwrap();
    assert_eq!(answer["statusCode"], 404);

    let span = collector.the("GET /trips/{trip_id}");
    assert_eq!(span.trace_id(), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(span.parent_id(), "b7ad6b7169203331");
    assert_eq!(span.span.kind(), SpanKind::Server);
    assert_eq!(span.text("http.route").as_deref(), Some("/trips/{trip_id}"));
    assert_eq!(span.number("http.response.status_code"), Some(404));
    assert_eq!(span.text("error.type").as_deref(), Some("TripNotFound"));
    assert!(!span.is_error(), "the client asked for what there is not");
}

/// X-Ray's decision comes last: one that records nothing makes no parent.
#[tokio::test]
async fn a_request_without_a_traceparent_is_part_of_x_rays_trace_if_that_is_recorded() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let function = Sandbox::new(QUERY_API, "query", &settings(&bed, &collector.url));
    let x_ray = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=";
    for sampled in ["1", "0"] {
        let header = format!("{x_ray}{sampled}");
        function.invoke(&request(&json!({ "X-Amzn-Trace-Id": header }))).await.unwrap();
    }
    let mut spans = collector.spans();
    spans.retain(|collected| collected.span.name.starts_with("GET"));
    let parents: Vec<_> = spans.iter().map(Collected::parent_id).collect();
    assert_eq!(parents, ["53995c3f42cd8ad8", ""]);
    assert_eq!(spans[0].trace_id(), "5759e988bd862e3fe1be46a994272793");
}

/// The stream's records of a trip that was reserved within each of these traces.
async fn reserved(bed: &Bed, traces: &[&str]) -> Value {
    let deps = Deps::from_config(&bed.config()).await.unwrap();
    let mut committed = 0;
    for (n, trace) in traces.iter().enumerate() {
        let trip = TripId::parse(&format!("trip-{n}")).unwrap();
        let mut context = Context::default();
        context.xray_trace_id = Some((*trace).to_owned());
        let task = Booking::new(trip.as_str()).task("alice", "saga-1");
        let event = LambdaEvent::new(task, context);
        saga::handle(&deps, Operation::FlightReserve, event).await.unwrap();
        committed += bed.committed(&trip).await.len();
    }
    let stream = eventually("the events in the stream", async || {
        let events = bed.capture(committed).await.events();
        (events.len() == committed).then_some(events)
    });
    batch(&stream.await)
}

#[tokio::test]
async fn a_batchs_span_is_linked_to_the_trace_of_each_of_its_events() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let first = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let second = "Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=0";
    let batch = reserved(&bed, &[first, second, first]).await;
    let function = Sandbox::new(DISPATCHER, "dispatcher", &settings(&bed, &collector.url));
    function.invoke(&batch).await.unwrap();

    let span = collector.the("dispatch");
    assert_eq!((span.service.as_str(), span.span.kind()), ("dispatcher", SpanKind::Consumer));
    let linked = ["5759e988bd862e3fe1be46a994272793", "67891233abcdef012345678912345678"];
    assert_eq!(span.links(), linked);
    assert_eq!(span.text("faas.trigger").as_deref(), Some("datasource"));
    let call = collector.the("EventBridge.PutEvents");
    assert_eq!(call.parent_id(), span.span_id());

    // Each event is published in the trace of its commit, where that is recorded.
    let mut published = collector.spans();
    published.retain(|seen| seen.span.name == "publish flight.reserved.v1");
    let below: Vec<_> = published.iter().map(|seen| (seen.trace_id(), seen.parent_id())).collect();
    let commit = (linked[0].to_owned(), "53995c3f42cd8ad8".to_owned());
    assert_eq!(below, [commit.clone(), commit]);
    assert!(published.iter().all(|seen| seen.links() == [span.trace_id()]), "{published:?}");
    assert!(published.iter().all(|seen| seen.span.kind() == SpanKind::Producer));
}

#[tokio::test]
async fn a_sweep_is_a_trace_of_its_own() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let function = Sandbox::new(SWEEPER, "outbox-sweeper", &settings(&bed, &collector.url));
    function.invoke(&json!({})).await.unwrap();
    let span = collector.the("sweep");
    assert_eq!((span.parent_id().as_str(), span.span.kind()), ("", SpanKind::Internal));
    assert_eq!(span.text("faas.trigger").as_deref(), Some("timer"));
}

#[tokio::test]
async fn an_invocation_that_panics_has_its_span_as_well() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let function = Sandbox::new(PUPPET, "puppet", &settings(&bed, &collector.url));
    function.invoke(&json!({ "do": "panic", "about": "canary" })).await.unwrap_err();
    let span = collector.the("puppet");
    assert_eq!(span.text("error.type").as_deref(), Some("InternalError"));
    assert!(span.is_error());
    assert!(!String::from_utf8_lossy(&collector.bodies().concat()).contains("canary"));
}
