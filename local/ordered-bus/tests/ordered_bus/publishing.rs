//! `PutEvents`: places on the bus, repeats, and what is kept over a restart.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_eventbridgev2::operation::put_events::PutEventsOutput;
use aws_sdk_eventbridgev2::types::{
    DeduplicationConfiguration, DeduplicationType, OrderingType, SuccessCode,
};
use ordered_bus::{Entry, Failure, Mirror};
use tokio::sync::{Notify, Semaphore};

use crate::hook::Hook;
use crate::support::{BUS, Bed, entry};

fn codes(answer: &PutEventsOutput) -> Vec<SuccessCode> {
    answer.entries().iter().filter_map(|entry| entry.success_code().cloned()).collect()
}

/// Within a call and beyond, within five minutes, within a group, and over a restart.
#[tokio::test]
async fn a_repeat_is_dropped_under_the_place_of_the_first() {
    use SuccessCode::{Deduplicated, Published};
    let mut bed = Bed::open().await;
    let put = |bed: &Bed| {
        let entries = ["a", "a", "b"].map(|group| entry(Some(group), Some("id"), "{}"));
        bed.client.put_events().event_bus_arn(BUS).set_entries(Some(entries.into())).send()
    };
    let first = put(&bed).await.unwrap();
    assert_eq!(codes(&first), [Published, Deduplicated, Published]);
    assert_eq!(first.entries()[0].event_id(), first.entries()[1].event_id());

    bed.clock.advance(Duration::from_secs(290));
    bed = bed.reopened().await;
    let again = put(&bed).await.unwrap();
    assert_eq!(codes(&again), [Deduplicated, Deduplicated, Deduplicated]);
    assert_eq!(again.entries()[2].sequence_number(), first.entries()[2].sequence_number());

    bed.clock.advance(Duration::from_secs(20));
    let later = put(&bed).await.unwrap();
    assert_eq!(codes(&later), [Published, Deduplicated, Published]);
    assert!(later.entries()[0].sequence_number() > first.entries()[2].sequence_number());
}

/// A mirror that takes everything once its gate is open.
struct Gated {
    reached: Notify,
    open: Semaphore,
}

#[async_trait]
impl Mirror for Gated {
    async fn accept(&self, entries: &[Entry]) -> Vec<Result<String, Failure>> {
        self.reached.notify_one();
        drop(self.open.acquire().await.unwrap());
        entries.iter().map(|_| Ok("e-1".to_owned())).collect()
    }
}

/// The caller may be a process that is killed: what it began is carried out, and its repeat known.
#[tokio::test]
async fn a_call_whose_caller_is_gone_is_carried_out_whole() {
    let bed = Bed::open().await;
    let gate = Arc::new(Gated { reached: Notify::new(), open: Semaphore::new(0) });
    bed.account.ensure_bus(BUS, "trips", 7, Some(gate.clone())).unwrap();
    let put = || {
        let entry = entry(Some("a"), Some("id"), "{}");
        bed.client.put_events().event_bus_arn(BUS).entries(entry).send()
    };
    let abandoned = tokio::spawn(put());
    gate.reached.notified().await;
    abandoned.abort();
    assert!(abandoned.await.unwrap_err().is_cancelled());
    gate.open.add_permits(1);
    let again = put().await.unwrap();
    assert_eq!(codes(&again), [SuccessCode::Deduplicated]);
}

#[tokio::test]
async fn a_call_may_ask_for_repeats_to_be_told_by_their_content() {
    use SuccessCode::{Deduplicated, Published};
    let bed = Bed::open().await;
    let by_content = DeduplicationConfiguration::builder()
        .deduplication_type(DeduplicationType::ContentBased)
        .build()
        .unwrap();
    let entries = ["{}", r#"{"n":1}"#, "{}"].map(|detail| entry(None, None, detail));
    let put = bed.client.put_events().event_bus_arn(BUS).set_entries(Some(entries.into()));
    let answer = put.deduplication_configuration(by_content).send().await.unwrap();
    assert_eq!(codes(&answer), [Published, Published, Deduplicated]);
}

/// What is past its time is gone, unless a target is still to be sent it.
#[tokio::test]
async fn the_bus_keeps_events_for_its_time() {
    let bed = Bed::open().await;
    bed.publish("a", 1).await;
    bed.clock.advance(Duration::from_secs(6 * 24 * 60 * 60));
    bed.publish("a", 2).await;
    bed.clock.advance(Duration::from_secs(2 * 24 * 60 * 60));
    let now = domain::Clock::now(&*bed.clock);
    assert_eq!(bed.account.prune(now).await.unwrap(), 1);
    let hook = Hook::start().await;
    let past = crate::positions::from_the_horizon();
    let replay = bed.subscriber(OrderingType::Fifo, &hook.url).name("replay");
    crate::positions::since(replay, past).send().await.unwrap();
    bed.caught_up("replay").await;
    assert_eq!(hook.events(), [("a".to_owned(), 2)]);
}
