//! Breakages of events: in the outbox, and on the bus.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Envelope, EventId, TripId, event};
use lambda_kit::config::name;
use serde_json::json;
use store::keys;
use uuid::Uuid;

use super::s;
use crate::demo::played::Played;

type Item = HashMap<String, AttributeValue>;

/// Before any grace period: the dispatcher takes such an event only where it is still pending.
const LONG_AGO: &str = "2000-01-01T00:00:00.000Z";

pub(super) async fn park_an_event(played: &Played) {
    let trip = played.trip("FAILED FlightUnavailable", 1);
    let mut item = last_item(played, &trip).await;
    item.insert(keys::GSI1_PK.to_owned(), s(keys::events_parked(keys::shard(&trip))));
    item.insert(keys::GSI1_SK.to_owned(), s(LONG_AGO));
    put(played, item).await;
}

pub(super) async fn commit_without_publishing(played: &Played) {
    let old = |event: &mut Envelope| event.time = LONG_AGO.parse().unwrap();
    let item = next(played, &played.trip("FAILED FlightUnavailable", 0), 1, old).await;
    put(played, item).await;
}

pub(super) async fn publish_without_committing(played: &Played) {
    let event = last_event(played, &played.trip("CONFIRMED", 4)).await;
    publish(played, &Envelope { id: EventId::new(Uuid::now_v7()), ..event }).await;
}

pub(super) async fn publish_another_under_one_id(played: &Played) {
    let event = last_event(played, &played.trip("CONFIRMED", 5)).await;
    publish(played, &Envelope { data: json!({"amount": "another"}), ..event }).await;
}

/// The dispatcher publishes it like any other, so that the gap is on the bus too.
pub(super) async fn skip_a_number(played: &Played) {
    let item = next(played, &played.trip("CONFIRMED", 6), 2, |_| {}).await;
    put(played, pending(item)).await;
}

pub(super) async fn fail_a_confirmed_trip(played: &Played) {
    let failed = |event: &mut Envelope| event.event_type = "trip.failed.v1".to_owned();
    let item = next(played, &played.trip("CONFIRMED", 7), 1, failed).await;
    put(played, pending(item)).await;
}

fn pending(mut item: Item) -> Item {
    item.insert("status".to_owned(), s("pending"));
    item
}

/// The item of the trip's last event, by sequence number.
async fn last_item(played: &Played, trip: &TripId) -> Item {
    let query = played.client.query().table_name(played.setting(name::TRIP_TABLE));
    let answer = query
        .key_condition_expression("PK = :trip AND begins_with(SK, :events)")
        .expression_attribute_values(":trip", s(keys::trip(trip)))
        .expression_attribute_values(":events", s(keys::OUTBOX_PREFIX))
        .send();
    let items = answer.await.unwrap().items.unwrap();
    items.into_iter().max_by_key(|item| envelope(item).sequence).unwrap()
}

async fn last_event(played: &Played, trip: &TripId) -> Envelope {
    envelope(&last_item(played, trip).await)
}

fn envelope(item: &Item) -> Envelope {
    serde_json::from_str(item["detail"].as_s().unwrap()).unwrap()
}

/// The item of one more event of the trip, `ahead` numbers after the last.
async fn next(
    played: &Played,
    trip: &TripId,
    ahead: u64,
    change: impl FnOnce(&mut Envelope),
) -> Item {
    let mut item = last_item(played, trip).await;
    let mut event = envelope(&item);
    let sequence = event.sequence.parse::<u64>().unwrap() + ahead;
    event.id = EventId::new(Uuid::now_v7());
    event.sequence = event::sequence_text(sequence);
    change(&mut event);
    item.insert(keys::SK.to_owned(), s(keys::outbox(event.id)));
    item.insert("detail".to_owned(), s(serde_json::to_string(&event).unwrap()));
    item
}

async fn put(played: &Played, item: Item) {
    let put = played.client.put_item().table_name(played.setting(name::TRIP_TABLE));
    put.set_item(Some(item)).send().await.unwrap();
}

/// Puts an event on the bus as anyone can who may.
async fn publish(played: &Played, event: &Envelope) {
    let entry = json!({
        "Source": event::SOURCE,
        "DetailType": event.event_type,
        "Detail": serde_json::to_string(event).unwrap(),
        "EventBusName": played.setting(name::EVENT_BUS),
    });
    let request = reqwest::Client::new().post(&played.system.urls().aws);
    let request = request.header("X-Amz-Target", "AWSEvents.PutEvents");
    let answer = request.json(&json!({"Entries": [entry]})).send().await.unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(answer["FailedEntryCount"], 0, "{answer}");
}
