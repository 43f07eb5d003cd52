//! A trip's events read back in order, each as it is published.

use domain::event::{Envelope, Event, Fact};
use rstest_reuse::apply;

use super::steps::{at, book, id};
use super::world::{On, on_both};

#[apply(on_both)]
#[tokio::test]
async fn a_timeline_lists_all_events_in_order_and_says_which_went_out(on: On) {
    let (bed, keys) = on.booked().await;
    book(&bed.trips(), "trip-10").await;
    bed.marks().mark_dispatched(&keys[..1], at(5_000)).await;
    let timeline = bed.outbox().timeline(&id("trip-1")).await.unwrap().events;
    let events: Vec<Envelope> = timeline
        .iter()
        .map(|entry| serde_json::from_value(entry.envelope.clone()).unwrap())
        .collect();
    let types: Vec<_> = events.iter().map(|event| event.event_type.as_str()).collect();
    let expected =
        ["flight.reserved.v1", "hotel.reserved.v1", "payment.captured.v1", "trip.confirmed.v1"];
    assert_eq!(types, expected);
    assert!(events.iter().all(|event| event.subject == id("trip-1")));
    let dispatched: Vec<_> = timeline.iter().map(|entry| entry.dispatched_at).collect();
    assert_eq!(dispatched, [Some(at(5_000)), None, None, None]);
}

#[apply(on_both)]
#[tokio::test]
async fn a_timeline_longer_than_a_page_is_read_whole(on: On) {
    let bed = on.bed().await;
    let mut change = super::steps::reserve_flight("trip-1", 0);
    let mut event = change.events.remove(0);
    event.fact = Fact::FlightCancelled { flight_id: "館".repeat(50_000) };
    // 150 KB an event: a page of 1 MB holds six of them.
    change.events = (1..=20).map(|sequence| Event { sequence, ..event.clone() }).collect();
    bed.trips().commit(&change).await.unwrap();
    let timeline = bed.outbox().timeline(&id("trip-1")).await.unwrap().events;
    let sequences: Vec<_> =
        timeline.iter().map(|entry| entry.envelope["sequence"].as_str().unwrap()).collect();
    let expected: Vec<_> = (1..=20).map(|sequence| format!("{sequence:010}")).collect();
    assert_eq!(sequences, expected);
}
