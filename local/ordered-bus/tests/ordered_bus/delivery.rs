//! What targets over HTTP are sent, and what follows when they do not take it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use aws_sdk_eventbridgev2::types::{
    Filter, FilterConfiguration, FilterScope, OrderingType, Transformer, TransformerType,
};
use event_delivery::DeadLetterFile;
use tokio::net::TcpListener;

use crate::hook::{Hook, named};
use crate::support::{Bed, eventually, retries};

fn of_group<'a>(events: &'a [(String, u64)], group: &'a str) -> Vec<u64> {
    events.iter().filter(|(of, _)| of == group).map(|(_, number)| *number).collect()
}

/// One event in three is refused at random, of every group: each group comes in order, each event
/// once.
#[tokio::test]
async fn a_fifo_subscriber_gets_each_group_in_order() {
    let bed = Bed::open().await;
    let calls = AtomicUsize::new(0);
    let answer = move |_: &_| match calls.fetch_add(7, Ordering::SeqCst) % 3 {
        0 => 503,
        _ => 200,
    };
    let hook = Hook::answering(answer).await;
    let subscriber = bed.subscriber(OrderingType::Fifo, &hook.url).name("s");
    subscriber.retry_policy(retries(185)).send().await.unwrap();
    for number in 1..=10 {
        for group in ["a", "b", "c", "d", "e"] {
            bed.publish(group, number).await;
        }
    }
    bed.caught_up("s").await;
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    for (group, number) in hook.events() {
        groups.entry(group).or_default().push(number);
    }
    assert_eq!(groups.len(), 5);
    assert!(groups.values().all(|numbers| numbers.iter().copied().eq(1..=10)), "{groups:?}");
}

#[tokio::test]
async fn a_group_that_is_not_taken_holds_up_no_other() {
    let bed = Bed::open().await;
    let is_open = Arc::new(AtomicBool::new(false));
    let gate = Arc::clone(&is_open);
    let hook = Hook::answering(move |event| match named(event).0.as_str() {
        "a" if !gate.load(Ordering::SeqCst) => 400,
        _ => 200,
    })
    .await;
    let subscriber = bed.subscriber(OrderingType::Fifo, &hook.url).name("s");
    subscriber.retry_policy(retries(185)).send().await.unwrap();
    for number in 1..=3 {
        bed.publish("a", number).await;
        bed.publish("b", number).await;
    }
    let taken: Vec<_> = hook.took(3).await.iter().map(|it| named(&it.body)).collect();
    assert_eq!(of_group(&taken, "b"), [1, 2, 3]);
    eventually("the other group is settled", async || bed.lag("s").await == 3).await;
    is_open.store(true, Ordering::SeqCst);
    bed.caught_up("s").await;
    assert_eq!(of_group(&hook.events(), "a"), [1, 2, 3]);
}

/// Nothing but the workers asks for the time while nothing happens.
#[tokio::test]
async fn a_worker_that_panics_begins_again_and_ends_no_other() {
    let bed = Bed::open().await;
    let hooks = [Hook::start().await, Hook::start().await, Hook::start().await];
    for (hook, name) in hooks.iter().zip(["s", "t", "u"]) {
        bed.subscriber(OrderingType::Fifo, &hook.url).name(name).send().await.unwrap();
    }
    bed.publish("a", 1).await;
    for (hook, name) in hooks.iter().zip(["s", "t", "u"]) {
        hook.took(1).await;
        bed.caught_up(name).await;
    }
    bed.clock.panic_once();
    eventually("a worker panics", async || !bed.clock.panics()).await;
    bed.publish("a", 2).await;
    for hook in &hooks {
        hook.took(2).await;
        assert_eq!(of_group(&hook.events(), "a"), [1, 2]);
    }
}

/// It is in the file with what was sent, under the subscriber's name, and its group goes on.
#[tokio::test]
async fn an_event_that_is_never_taken_is_a_dead_letter() {
    let bed = Bed::open().await;
    let hook = Hook::answering(|event| if named(event).1 == 1 { 500 } else { 200 }).await;
    let subscriber = bed.subscriber(OrderingType::Fifo, &hook.url).name("s");
    let made = subscriber.retry_policy(retries(2)).send().await.unwrap();
    bed.publish("a", 1).await;
    bed.publish("a", 2).await;
    bed.caught_up("s").await;
    assert_eq!(hook.events(), [("a".to_owned(), 2)]);
    let file = DeadLetterFile::at(bed.folder.path().join("dead-letters.jsonl"));
    let [letter] = &file.read().unwrap().letters[..] else { panic!("not one letter") };
    assert_eq!((letter.attempts, letter.position), (3, 1));
    assert_eq!(letter.rule.as_deref(), made.subscriber_arn());
    assert_eq!(letter.condition, Some(event_delivery::Exhausted::MaximumRetryAttempts));
    let body: serde_json::Value = serde_json::from_str(&letter.request().body).unwrap();
    assert_eq!(named(&body), ("a".to_owned(), 1));
}

/// Its attempts are not spent, and it gets everything in order when it is there.
#[tokio::test]
async fn a_target_that_is_away_misses_nothing() {
    let bed = Bed::open().await;
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let subscriber = bed.subscriber(OrderingType::Fifo, &format!("http://{address}/hook"));
    subscriber.name("s").retry_policy(retries(0)).send().await.unwrap();
    for number in 1..=5 {
        bed.publish("a", number).await;
    }
    eventually("it is tried in vain", async || bed.account.standings().await.unwrap()[0].open > 0)
        .await;
    let hook = Hook::on(TcpListener::bind(address).await.unwrap(), |_| 200);
    bed.caught_up("s").await;
    assert_eq!(of_group(&hook.events(), "a"), [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn filters_choose_and_a_transformer_tells_more() {
    let bed = Bed::open().await;
    let filter =
        |scope, pattern: &str| Filter::builder().scope(scope).pattern(pattern).build().unwrap();
    let filters = FilterConfiguration::builder()
        .filters(filter(FilterScope::Data, r#"{"detail": {"n": [2, 3]}}"#))
        .filters(filter(FilterScope::SystemMetadata, r#"{"EventGroupId": ["a"]}"#))
        .build();
    let with_metadata = Transformer::builder().r#type(TransformerType::WithMetadata).build();
    let hook = Hook::start().await;
    let subscriber = bed.subscriber(OrderingType::Unordered, &hook.url).name("s");
    let subscriber = subscriber.filter_configuration(filters).transformer(with_metadata);
    subscriber.send().await.unwrap();
    let mut sequence = String::new();
    for (group, number) in [("a", 1), ("b", 2), ("a", 2)] {
        sequence = bed.publish(group, number).await;
    }
    bed.caught_up("s").await;
    let [received] = &hook.taken()[..] else { panic!("{:?}", hook.events()) };
    assert_eq!(named(&received.body["Data"]), ("a".to_owned(), 2));
    let metadata = &received.body["SystemMetadata"];
    assert_eq!(metadata["aws:SequenceNumber"], sequence);
    assert_eq!(metadata["aws:EventId"], received.body["Data"]["id"]);
    assert_eq!(metadata["aws:DeliveryType"], "LIVE");
    assert_eq!(
        (&metadata["EventGroupId"], &metadata["DeduplicationId"]),
        (&"a".into(), &"a-2".into())
    );
    assert_eq!(received.headers["x-event-subscriber"], "s");
}
