//! Many invocations at once in one process: their effects, their log and their spans are those of
//! as many processes.

use std::collections::BTreeMap;

use bed::{
    Bed, Booking, Fault, FaultProxy, Gate, Instance, Point, batch, eventually, reported, trip_of,
};
use domain::TripId;
use futures::future::join_all;
use serde_json::Value;

use super::collector::{Collected, Collector};
use super::{DISPATCHER, SAGA, settings};

const PLACES: usize = 16;

/// Holds the next calls of an operation, each at a gate of its own.
fn hold(proxy: &FaultProxy, operation: &'static str, calls: usize) -> Vec<Gate> {
    let gates: Vec<_> = (0..calls).map(|_| Gate::default()).collect();
    let mut left = gates.clone().into_iter();
    proxy.inject(move |call| {
        let held = (call.operation == operation).then(|| left.next()).flatten();
        held.map(|gate| Fault::Hold(Point::Before, gate))
    });
    gates
}

/// Opens the gates when a call has come to each of them.
async fn open(gates: &[Gate]) {
    join_all(gates.iter().map(Gate::reached)).await;
    gates.iter().for_each(Gate::open);
}

#[tokio::test]
async fn steps_of_many_trips_at_once_have_each_its_own_effect_log_and_span() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let variables = settings(&bed, &collector.url);
    let mut saga = Instance::start(SAGA, "flight.reserve", &variables, PLACES).await;
    let trips: Vec<_> = (0..PLACES).map(|n| format!("trip-{n}")).collect();
    let tasks: Vec<_> = trips.iter().map(|t| Booking::new(t).task("alice", "saga-1")).collect();
    let gates = hold(&bed.database, "TransactWriteItems", PLACES);
    let (served, ()) = tokio::join!(saga.invoke(&tasks), open(&gates));

    let mut by_trip = BTreeMap::new();
    for (trip, served) in trips.iter().zip(served) {
        served.answer.unwrap();
        let state = bed.trip(&TripId::parse(trip).unwrap()).await.unwrap();
        assert_eq!(state.state().version, 2, "{trip}");
        by_trip.insert(trip.as_str(), served.request_id);
    }
    let lines = eventually("a line of each step", async || {
        let lines = saga.logs().into_iter().map(|line| serde_json::from_str(&line).unwrap());
        let lines: Vec<Value> = lines.filter(|line: &Value| line["trip_id"].is_string()).collect();
        (lines.len() >= PLACES).then_some(lines)
    })
    .await;
    let spans = collector.spans();
    for line in &lines {
        let span = &by_request(&spans, &by_trip[line["trip_id"].as_str().unwrap()]);
        assert_eq!(line["span_id"], span.span_id(), "{line}");
        assert_eq!(line["trace_id"], span.trace_id(), "{line}");
    }
    for (trip, request_id) in &by_trip {
        let span = by_request(&spans, request_id);
        assert_eq!(span.text("trip.id").as_deref(), Some(*trip));
        let calls = spans.iter().filter(|call| call.parent_id() == span.span_id());
        let calls: Vec<_> =
            calls.inspect(|call| assert_eq!(call.trace_id(), span.trace_id())).collect();
        let writes = calls.iter().filter(|call| call.span.name == "DynamoDB.TransactWriteItems");
        assert_eq!(writes.count(), 2, "{trip} is opened, and its flight reserved");
    }
}

fn by_request<'a>(spans: &'a [Collected], request_id: &str) -> &'a Collected {
    let of = |span: &&Collected| span.text("faas.invocation_id").as_deref() == Some(request_id);
    let mut found = spans.iter().filter(of);
    let span = found.next().expect("an exported span");
    assert!(found.next().is_none(), "an invocation has one span");
    span
}

/// A shard holds all records of a trip, so batches of different shards share no trip.
#[tokio::test]
async fn batches_of_several_shards_at_once_publish_each_event_once_and_in_order() {
    const SHARDS: usize = 4;
    let bed = Bed::new().await;
    let mut trips = Vec::new();
    for n in 0..2 * SHARDS {
        trips.push(bed.book(&format!("trip-{n}")).await);
    }
    let committed = join_all(trips.iter().map(|trip| bed.committed(trip))).await;
    let expected = committed.iter().map(Vec::len).sum();
    let stream = eventually("the events in the stream", async || {
        let events = bed.capture(expected).await.events();
        (events.len() == expected).then_some(events)
    })
    .await;
    let shards = trips.chunks(2).map(|shard| {
        let records = stream.iter().filter(|record| shard.contains(&trip_of(record)));
        batch(&records.cloned().collect::<Vec<_>>())
    });
    let shards: Vec<_> = shards.collect();

    let variables = bed.settings();
    let mut dispatcher = Instance::start(DISPATCHER, "dispatcher", &variables, SHARDS).await;
    let gates = hold(&bed.events, "PutEvents", SHARDS);
    let (served, ()) = tokio::join!(dispatcher.invoke(&shards), open(&gates));
    for served in served {
        assert!(reported(&served.answer.unwrap()).is_empty());
    }
    for (trip, events) in trips.iter().zip(committed) {
        let ids =
            |events: &[Value]| events.iter().map(|event| event["id"].clone()).collect::<Vec<_>>();
        let published = bed.bus.published_of(trip).await;
        assert_eq!(ids(&published), ids(&events), "{trip}");
    }
    eventually("every event marked", async || {
        bed.outbox().open_counts().await.unwrap().is_empty().then_some(())
    })
    .await;
}
