//! A trip's events reach an ordered bus in order, from a batch of the stream, whatever it holds.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use lambda_kit::deadline::Deadline;
use rstest::rstest;
use store::outbox::{DamagedEvent, OutboxKey, OutboxRecord, OutboxStatus};

use super::*;
use crate::bus::Bus;
use crate::fakes::{Marks, World, event};
use crate::publisher::BusAnswer;
use crate::relay::{Delivery, Relay};

/// Events of one trip, by their numbers.
fn events(numbers: &[u64]) -> Vec<OutboxRecord> {
    numbers.iter().map(|number| event("trip-1", *number)).collect()
}

fn keys(events: &[OutboxRecord]) -> Vec<OutboxKey> {
    events.iter().map(OutboxRecord::key).collect()
}

async fn delivered(deps: &Deps, events: &[OutboxRecord]) -> Delivery {
    let (deadline, bus) = (Deadline::after(Duration::from_secs(60)), Bus::for_a_batch());
    let events: Vec<_> = events.iter().cloned().map(PendingEvent::from).collect();
    Relay { deps, deadline, bus }.deliver(&events).await
}

fn ordered(world: &Arc<World>) -> Deps {
    world.deps(Limits::of_an_ordered_bus()).in_order()
}

fn with(status: OutboxStatus, number: u64) -> OutboxRecord {
    OutboxRecord { status, ..event("trip-1", number) }
}

#[tokio::test]
async fn events_at_hand_go_in_order_one_a_call_without_a_question() {
    let (batch, world) = (events(&[3, 1, 2]), Arc::new(World::of(&events(&[1, 2, 3]))));
    let delivery = delivered(&ordered(&world), &batch).await;
    assert_eq!(delivery, Delivery { published: 3, marked: 3, ..Delivery::default() });
    let calls = world.calls.lock().unwrap().clone();
    assert_eq!(
        calls,
        keys(&events(&[1, 2, 3])).into_iter().map(|key| vec![key]).collect::<Vec<_>>()
    );
    assert_eq!(world.questions.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_process_remembers_what_it_put_on_the_bus() {
    let world = Arc::new(World::of(&events(&[1, 2, 3])));
    let deps = ordered(&world);
    for number in [1, 2, 3] {
        delivered(&deps, &events(&[number])).await;
    }
    assert_eq!(world.published(), keys(&events(&[1, 2, 3])));
    assert_eq!(world.questions.lock().unwrap().len(), 0);
    let again = delivered(&deps, &events(&[2, 3])).await;
    assert_eq!((again.left, world.published().len()), (0, 3));
}

/// The batch holds event 3 alone, as when a shard was split or other lanes are slow.
#[tokio::test]
async fn predecessors_that_are_still_open_are_sent_first_and_marked() {
    let world = Arc::new(World::of(&events(&[1, 2, 3])));
    let delivery = delivered(&ordered(&world), &events(&[3])).await;
    assert_eq!(delivery, Delivery { published: 3, marked: 3, ..Delivery::default() });
    assert_eq!(world.published(), keys(&events(&[1, 2, 3])));
    assert_eq!(world.questions.lock().unwrap().len(), 1);
    assert!(world.pending.lock().unwrap().is_empty());
}

#[rstest]
#[case(OutboxStatus::Dispatched)]
#[case(OutboxStatus::Discarded)]
#[tokio::test]
async fn what_is_settled_or_expired_holds_up_nothing(#[case] status: OutboxStatus) {
    let world = World { others: vec![with(status, 2)].into(), ..World::of(&events(&[3])) };
    let world = Arc::new(world);
    let delivery = delivered(&ordered(&world), &events(&[3])).await;
    assert_eq!((delivery.left, world.published()), (0, keys(&events(&[3]))));
}

/// The trip waits, and nothing of the batch comes again: the sweeper has it from here on.
#[tokio::test]
async fn a_parked_predecessor_holds_up_its_trip_and_no_other() {
    let other = event("trip-2", 1);
    let world = World {
        others: vec![with(OutboxStatus::Parked, 2)].into(),
        ..World::of(&[events(&[3, 4]), vec![other.clone()]].concat())
    };
    let world = Arc::new(world);
    let batch = [events(&[3, 4]), vec![other.clone()]].concat();
    let delivery = delivered(&ordered(&world), &batch).await;
    let held = Delivery { published: 1, marked: 1, held: 2, left: 2, ..Delivery::default() };
    assert_eq!(delivery, held);
    assert_eq!(world.published(), [other.key()]);
}

#[rstest]
#[case::its_status_is_known(Some(1), Some(OutboxStatus::Dispatched), 0)]
#[case::it_may_be_any(None, None, 1)]
#[case::it_is_the_one_before(Some(1), None, 1)]
#[case::it_comes_later(Some(3), None, 0)]
#[tokio::test]
async fn a_damaged_event_holds_up_what_may_come_after_it(
    #[case] sequence: Option<u64>,
    #[case] status: Option<OutboxStatus>,
    #[case] held: usize,
) {
    let illegible = vec![DamagedEvent { sequence, status }];
    let world = Arc::new(World { illegible, ..World::of(&events(&[2])) });
    let delivery = delivered(&ordered(&world), &events(&[2])).await;
    assert_eq!((delivery.held, delivery.undone), (held, None));
    assert_eq!(world.published().len(), 1 - held);
}

/// One event is refused for now while another trip's is taken: it is left to the sweeper, and the
/// events behind it wait.
#[tokio::test]
async fn events_behind_a_refused_one_wait() {
    let batch = [events(&[1, 2, 3]), vec![event("trip-2", 1)]].concat();
    let stuck = HashSet::from([batch[1].key()]);
    let world = Arc::new(World { stuck, ..World::of(&batch) });
    let delivery = delivered(&ordered(&world), &batch).await;
    assert_eq!(world.published(), [batch[0].key(), batch[3].key()]);
    let refused: Vec<_> = delivery.refused.iter().map(|refusal| refusal.place).collect();
    assert_eq!((refused, delivery.held, delivery.undone), (vec![1], 1, None));
    assert_eq!(delivery.unvouched, [1], "the bus took nothing after it");
}

/// The refused predecessor is not at hand: the event behind it stands for it.
#[tokio::test]
async fn an_event_stands_for_its_refused_predecessor() {
    let all = events(&[1, 2]);
    let world = Arc::new(World { stuck: HashSet::from([all[0].key()]), ..World::of(&all) });
    let delivery = delivered(&ordered(&world), &all[1..]).await;
    assert_eq!(world.published(), []);
    let waits = Delivery { held: 1, left: 1, unvouched: vec![0], ..Delivery::default() };
    assert_eq!(delivery, waits);
}

#[tokio::test]
async fn an_event_refused_for_good_is_parked_and_holds_up_its_trip() {
    let batch = events(&[1, 2, 3]);
    let world =
        World::of(&batch).answering(&batch[1], &[BusAnswer::Refused("MalformedDetail".into())]);
    let world = Arc::new(world);
    let delivery = delivered(&ordered(&world), &batch).await;
    assert_eq!((delivery.published, delivery.parked, delivery.held), (1, 1, 1));
    assert!(world.is_parked(&batch[1]) && world.is_pending(&batch[2]));
    let again = delivered(&ordered(&world), &batch[2..]).await;
    assert_eq!((again.published, again.held), (0, 1));
}

/// A lost answer: what was sent may be on the bus. It and what is behind it come again.
#[tokio::test(start_paused = true)]
async fn events_behind_an_unanswered_one_come_again() {
    let batch = events(&[1, 2]);
    let world = Arc::new(World { failing_calls: usize::MAX.into(), ..World::of(&batch) });
    let delivery = delivered(&ordered(&world), &batch).await;
    assert_eq!(delivery, Delivery { undone: Some(0), left: 2, ..Delivery::default() });
}

#[tokio::test]
async fn without_an_answer_of_the_table_an_event_comes_again() {
    let batch = [vec![event("trip-2", 1)], events(&[2])].concat();
    let world = Arc::new(World { table_is_down: true, ..World::of(&batch) });
    let delivery = delivered(&ordered(&world), &batch).await;
    assert_eq!(world.published(), [batch[0].key()]);
    assert_eq!((delivery.undone, delivery.left), (Some(1), 1));
}

#[tokio::test]
async fn an_event_that_was_published_and_not_marked_is_not_sent_again() {
    let batch = events(&[1, 2]);
    let world = World { marks: Marks::Refused.into(), ..World::of(&batch) };
    let world = Arc::new(world);
    let deps = ordered(&world);
    delivered(&deps, &batch[..1]).await;
    let forgetful = Deps { on_the_bus: Some(Arc::default()), ..deps };
    let delivery = delivered(&forgetful, &batch[1..]).await;
    assert_eq!((delivery.published, world.published()), (1, keys(&batch)));
}

#[tokio::test]
async fn an_event_that_a_batch_holds_twice_is_sent_once() {
    let world = Arc::new(World::of(&events(&[1, 2])));
    let delivery = delivered(&ordered(&world), &events(&[1, 2, 1])).await;
    assert_eq!((delivery.left, world.published()), (0, keys(&events(&[1, 2]))));
}
