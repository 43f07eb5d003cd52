//! `events/*.json`: each can be handed to its function as it stands.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use bed::{Bed, invocation, system_on};
use lambda_kit::stream::raw;
use lambda_runtime::LambdaEvent;
use local::System;
use query_api::SwaggerUi;
use saga::Operation;
use serde_json::{Value, json};

/// The samples in an order in which each finds what it asks for, and a part of the answer.
#[rustfmt::skip]
const SAMPLES: [(&str, &str, &str); 21] = [
    ("flight-reserve", "/trip_status", "PENDING"),
    ("hotel-reserve", "/trip_status", "PENDING"),
    ("payment-process", "/trip_status", "CONFIRMED"),
    ("payment-refund", "/trip_status", "COMPENSATING"),
    ("hotel-cancel", "/trip_status", "COMPENSATING"),
    ("flight-cancel", "/trip_status", "FAILED"),
    ("dispatcher", "/batchItemFailures", "[]"),
    ("projector", "/batchItemFailures", "[]"),
    ("sweeper", "/published", "0"),
    ("query-api-health", "/body/status", "ok"),
    ("query-api-trip", "/body/status", "CONFIRMED"),
    ("query-api-timeline", "/body/events/0/event/type", "flight.reserved.v1"),
    ("query-api-search", "/body/trips/0/trip_id", "trip-0001"),
    ("query-api-openapi", "/body/openapi", "3.1.0"),
    ("query-api-docs", "/statusCode", "200"),
    ("stream-insert", "/batchItemFailures", "[]"),
    ("stream-modify", "/batchItemFailures", "[]"),
    ("stream-expire", "/batchItemFailures", "[]"),
    ("stream-expire-dynamodb-local", "/batchItemFailures", "[]"),
    ("trip-note", "/noted", "false"),
    ("trip-cancel", "/multiValueHeaders/location/0", "/dev/trips/trip-0001"),
];

pub(super) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../events")
}

fn sample(name: &str) -> LambdaEvent<Value> {
    let text = fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    invocation(serde_json::from_str(&text).unwrap())
}

/// What the function that a sample is named after answers. Both consumers get the samples of the
/// stream, and answer the same.
async fn invoke(system: &System, name: &str) -> Value {
    if !name.starts_with("stream-") {
        return invoke_as(system, name, sample(name)).await;
    }
    let projected = invoke_as(system, "projector", sample(name)).await;
    let dispatched = invoke_as(system, "dispatcher", sample(name)).await;
    assert_eq!(projected, dispatched, "{name}");
    dispatched
}

async fn invoke_as(system: &System, name: &str, event: LambdaEvent<Value>) -> Value {
    let config = system.config();
    let mut answer = match name {
        "dispatcher" | "sweeper" => {
            let deps = dispatcher::Deps::from_config(config).await.unwrap();
            match name {
                "sweeper" => dispatcher::sweeper::handle(&deps, event).await,
                _ => dispatcher::handle(&deps, raw(event)).await,
            }
        }
        "projector" => {
            projector::handle(&projector::Deps::from_config(config).await.unwrap(), raw(event))
                .await
        }
        name if name.starts_with("query-api-") => {
            let deps = query_api::Deps::from_config(config).await.unwrap();
            // As its archive has them beside it.
            let deps = deps.with_swagger_ui(SwaggerUi::Within(swagger_ui::file));
            query_api::handle(&deps, event).await
        }
        name => {
            let deps = saga::Deps::from_config(config).await.unwrap();
            saga::handle(&deps, operation(name), event).await
        }
    }
    .unwrap();
    if let Some(Ok(body)) = answer["body"].as_str().map(serde_json::from_str) {
        answer["body"] = body;
    }
    answer
}

/// `flight-reserve` is sent to the handler `flight.reserve`.
fn operation(sample: &str) -> Operation {
    let named = |operation: &Operation| operation.handler_name().replace('.', "-") == sample;
    Operation::ALL.into_iter().find(named).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_is_answered_by_its_function() {
    let system = system_on(None).await;
    for (name, pointer, expected) in SAMPLES {
        let answer = invoke(&system, name).await;
        let part = answer.pointer(pointer).unwrap_or_else(|| panic!("{name}: {answer:#}"));
        let text = part.as_str().map_or_else(|| part.to_string(), str::to_owned);
        assert_eq!(text, expected, "{name}: {answer:#}");
    }
    system.stop().await;
}

/// The insert among the stream's samples is published, and what became of the event later is not,
/// in whatever form.
#[tokio::test]
async fn an_event_is_published_when_it_is_inserted_and_not_when_it_expires() {
    let bed = Bed::new().await;
    let mut published = Vec::new();
    for name in ["stream-insert", "stream-modify", "stream-expire", "stream-expire-dynamodb-local"]
    {
        let records = sample(name).payload["Records"].as_array().unwrap().clone();
        bed.dispatch(&records).await.unwrap();
        published.push(bed.bus.published().await.len());
    }
    assert_eq!(published, [1; 4]);
}

#[test]
fn every_sample_is_tried() {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name());
    let files: BTreeSet<_> = files.map(|name| name.into_string().unwrap()).collect();
    let tried = SAMPLES.map(|(name, ..)| format!("{name}.json"));
    assert_eq!(files, BTreeSet::from(tried), "{}", json!(files));
}
