//! A stream that is replayed from its oldest record into a fresh view gives the rows of the live
//! one.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_dynamodbstreams::Client as StreamsClient;
use bed::{Booking, book_on, dynamodb_local, invocation, system_on, unique_name};
use domain::TripId;
use futures::TryStreamExt;
use lambda_kit::clients::sdk_config;
use lambda_kit::clock::SystemClock;
use lambda_kit::stream::raw;
use local::System;
use serde_json::{Value, json};
use store::view::{SearchRow, SearchView};
use store::{Client, Tables, schema};
use stream_replay::Capture;

/// Small batches, so that a trip's records are spread over several.
const BATCH: usize = 7;

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_replayed_into_a_fresh_view_gives_the_same_rows() {
    let system = system_on(Some(dynamodb_local().await.url())).await;
    book_trips_of_every_end(&system).await;
    let live = rows(&view(&system).await).await;
    assert_eq!(live.len(), 4);

    let records = records(&system).await;
    let fresh = fresh_view(&system).await;
    project(&fresh, &records).await;
    assert_eq!(rows(&fresh).await, live);

    // Once more, the newest first: every row is there already, and none goes back.
    project(&fresh, &records.iter().rev().cloned().collect::<Vec<_>>()).await;
    assert_eq!(rows(&fresh).await, live);
    system.stop().await;
}

async fn book_trips_of_every_end(system: &System) {
    for (id, sandbox) in [
        ("confirmed", json!({})),
        ("refused", json!({"flight": "unavailable"})),
        ("compensated", json!({"payment": "declined"})),
        ("unknown", json!({"hotel": "error"})),
    ] {
        book_on(system, &Booking::new(id).with_sandbox(sandbox)).await;
    }
    system.idle().await.unwrap();
}

async fn client(system: &System) -> Client {
    store::client(&sdk_config(system.config(), "DYNAMODB").await)
}

async fn view(system: &System) -> SearchView {
    let table = system.config().require("SEARCH_TABLE").unwrap().to_owned();
    SearchView::new(client(system).await, table)
}

async fn fresh_view(system: &System) -> SearchView {
    let tables = Tables::prefixed(&unique_name("fresh"));
    schema::create_all(&client(system).await, &tables).await.unwrap();
    SearchView::new(client(system).await, tables.search)
}

async fn records(system: &System) -> Vec<Value> {
    let client = StreamsClient::new(&sdk_config(system.config(), "DYNAMODB").await);
    let table = system.config().require("TRIP_TABLE").unwrap();
    let capture = Capture::of_table(&client, table).await.unwrap();
    capture.records().cloned().collect()
}

async fn project(view: &SearchView, records: &[Value]) {
    let deps = projector::Deps::new(Arc::new(view.clone()), Arc::new(SystemClock));
    for batch in records.chunks(BATCH) {
        let event = invocation(bed::batch(batch));
        let answer = projector::handle(&deps, raw(event)).await.unwrap();
        assert_eq!(answer, json!({ "batchItemFailures": [] }));
    }
}

async fn rows(view: &SearchView) -> BTreeMap<TripId, SearchRow> {
    view.all_rows().map_ok(|row| (row.trip_id.clone(), row)).try_collect().await.unwrap()
}
