//! Events put into the table by hand: what no commit writes, but a table may hold one day.

use aws_sdk_dynamodb::types::AttributeValue;
use bed::Bed;
use domain::{Clock, EventId};
use serde_json::Value;
use store::outbox::OutboxKey;
use store::{draw_event_id, keys};

use crate::faults::bus::support::{Item, item, key_of};

pub(super) fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// Sets a member of the event's envelope.
pub(super) fn say(item: &mut Item, member: &str, value: Value) {
    let mut envelope: Value = serde_json::from_str(item["detail"].as_s().unwrap()).unwrap();
    envelope[member] = value;
    item.insert("detail".to_owned(), text(envelope.to_string()));
}

pub(super) fn number(number: u32) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Puts another event beside the one of `record`: the same, under an id of its own, and changed so.
pub(super) async fn put_changed(bed: &Bed, record: &Value, change: fn(&mut Item)) -> OutboxKey {
    let OutboxKey { trip_id, event_id } = key_of(record);
    let mut copy = item(bed, &OutboxKey { trip_id: trip_id.clone(), event_id }).await;
    let key = OutboxKey { trip_id, event_id: fresh(bed) };
    copy.insert(keys::SK.to_owned(), text(keys::outbox(key.event_id)));
    change(&mut copy);
    put(bed, copy).await;
    key
}

/// Puts an item as it is.
pub(super) async fn put(bed: &Bed, item: Item) {
    let put = bed.client.put_item().table_name(&bed.tables.trips).set_item(Some(item));
    put.send().await.unwrap();
}

/// The table's records of new events, once it shows so many.
pub(super) async fn events(bed: &Bed, count: usize) -> Vec<Value> {
    bed::eventually(&format!("{count} events in the stream"), async || {
        let events = bed.capture(1).await.events();
        (events.len() >= count).then_some(events)
    })
    .await
}

fn fresh(bed: &Bed) -> EventId {
    draw_event_id(bed.clock.now())
}
