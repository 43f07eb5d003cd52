//! A timeline with events that this release cannot read, that are parked, or that are no longer
//! there.

use aws_sdk_dynamodb::types::AttributeValue::{self, N, S};
use bed::{Bed, Request, reported};
use domain::{Clock, EventId};
use serde_json::{Value, json};
use store::keys;
use store::outbox::OutboxKey;

use super::spoilt;
use crate::faults::bus::support::EVENTS;

async fn timeline(bed: &Bed) -> Value {
    let answer = bed.ask(&Request::get("/trips/trip-1/events").by("alice")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body()
}

fn ids(timeline: &Value) -> Vec<&str> {
    let events = timeline["events"].as_array().unwrap().iter();
    events.map(|entry| entry["event"]["id"].as_str().unwrap()).collect()
}

/// A booked trip, and its events' keys in order.
async fn booked(bed: &Bed) -> Vec<OutboxKey> {
    let trip_id = bed.book("trip-1").await;
    let events = bed.committed(&trip_id).await;
    assert_eq!(events.len(), EVENTS);
    let id = |event: &Value| EventId::parse(event["id"].as_str().unwrap()).unwrap();
    let key = |event: &Value| OutboxKey { trip_id: trip_id.clone(), event_id: id(event) };
    events.iter().map(key).collect()
}

async fn set(bed: &Bed, event: &OutboxKey, name: &str, value: AttributeValue) {
    spoilt::set_item(bed, &event.trip_id, &keys::outbox(event.event_id), name, value).await;
}

/// One event after the other becomes unreadable: of a later schema version, with an unknown status,
/// with an envelope that is not JSON and one that is not an envelope. The timeline shows the others
/// in order, and says how many it leaves out; when all are, it says so too.
///
/// Breaks when `Timeline::add` in `store/src/outbox/timeline.rs` passes over what cannot be read in
/// silence.
#[tokio::test]
async fn fault_68_a_timeline_answers_and_says_how_many_events_it_cannot_read() {
    let bed = Bed::new().await;
    let keys = booked(&bed).await;
    let whole = timeline(&bed).await;
    assert_eq!((whole.get("unreadable"), whole.get("expired")), (None, None));
    let spoils = [
        ("schema_version", N("2".to_owned())),
        ("status", S("queued".to_owned())),
        ("detail", S("{".to_owned())),
        ("detail", S(r#"{"id":"7"}"#.to_owned())),
    ];
    for (spoilt, (name, value)) in spoils.into_iter().enumerate() {
        set(&bed, &keys[spoilt], name, value).await;
        let left = timeline(&bed).await;
        assert_eq!(ids(&left), ids(&whole)[spoilt + 1..], "{name}");
        assert_eq!(left["unreadable"], spoilt + 1, "{name}");
        assert_eq!(left.get("expired"), None, "what cannot be read is there all the same");
    }
}

/// A member of the trip is of a later release. What happened to the trip can be told all the same.
#[tokio::test]
async fn fault_68_a_member_that_cannot_be_read_hides_no_event() {
    let bed = Bed::new().await;
    let keys = booked(&bed).await;
    let flight = keys::flight(&keys[0].trip_id);
    spoilt::set_item(&bed, &keys[0].trip_id, &flight, "schema_version", N("2".to_owned())).await;
    assert_eq!(ids(&timeline(&bed).await).len(), EVENTS);
}

/// A parked event says so with the reason, until an operator redrives or discards it.
#[tokio::test]
async fn fault_68_a_parked_event_says_why_and_a_discarded_one_since_when() {
    let bed = Bed::new().await;
    let (keys, outbox) = (booked(&bed).await, bed.outbox());
    let reason = "the bus refuses it for good";
    outbox.park(&keys[1], reason, bed.clock.now()).await.unwrap();
    let parked = &timeline(&bed).await["events"];
    assert_eq!(parked[1]["parked_reason"], reason);
    assert_eq!((parked[0].get("parked_reason"), parked[1].get("dispatched_at")), (None, None));

    outbox.redrive(&keys[1]).await.unwrap();
    assert_eq!(timeline(&bed).await["events"][1].get("parked_reason"), None);

    outbox.park(&keys[1], reason, bed.clock.now()).await.unwrap();
    outbox.discard(&keys[1], bed.clock.now()).await.unwrap();
    let discarded = &timeline(&bed).await["events"][1];
    assert_eq!(discarded["parked_reason"], reason);
    assert_eq!(discarded["discarded_at"], json!(bed.clock.now()));
}

/// A time to live removes events after their dispatch. The timeline says how many are gone, and
/// never that nothing happened.
#[tokio::test]
async fn fault_68_a_timeline_says_how_many_events_are_no_longer_kept() {
    let bed = Bed::new().await;
    let keys = booked(&bed).await;
    for (gone, key) in keys.iter().enumerate() {
        let delete = bed.client.delete_item().table_name(&bed.tables.trips);
        let delete = delete.key(keys::PK, S(keys::trip(&key.trip_id)));
        delete.key(keys::SK, S(keys::outbox(key.event_id))).send().await.unwrap();
        let left = timeline(&bed).await;
        assert_eq!((ids(&left).len(), &left["expired"]), (EVENTS - gone - 1, &json!(gone + 1)));
    }
}

/// An event that an earlier release has written: the saga's id stands in it under its earlier name.
/// It is published as it is, and shown as it was published.
#[tokio::test]
async fn fault_68_an_event_of_an_earlier_release_is_published_and_shown_as_it_was_written() {
    let bed = Bed::new().await;
    let keys = booked(&bed).await;
    let mut earlier = timeline(&bed).await["events"][0]["event"].clone();
    let saga = earlier.as_object_mut().unwrap().remove("sagaid").unwrap();
    assert_eq!(saga, "saga-1");
    earlier["causationid"] = saga;
    set(&bed, &keys[0], "detail", S(earlier.to_string())).await;

    let records = bed::eventually("the change of the event", async || {
        let mut events = bed.capture(1).await.events();
        let first = events.iter_mut().find(|record| {
            record["dynamodb"]["NewImage"]["SK"]["S"] == keys::outbox(keys[0].event_id)
        })?;
        first["dynamodb"]["NewImage"]["detail"]["S"] = earlier.to_string().into();
        (events.len() == EVENTS).then_some(events)
    })
    .await;
    assert_eq!(reported(&bed.dispatch(&records).await.unwrap()), [""; 0]);
    let published = bed.bus.published().await;
    assert!(published.contains(&earlier), "{published:?}");
    let shown = timeline(&bed).await;
    assert_eq!(shown["events"][0]["event"], earlier);
    assert!(shown["events"][0]["dispatched_at"].is_string(), "{shown}");
}
