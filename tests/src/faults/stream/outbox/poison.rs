//! Records of events that cannot be read: each is isolated and kept, and the others go on.

use aws_sdk_dynamodb::types::AttributeValue;
use bed::{Bed, reported};
use lambda_kit::metrics::recorded;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rstest::rstest;
use serde_json::{Value, json};
use store::keys;
use store::outbox::OutboxKey;

use super::items::{events, number, put_changed, say, text};
use crate::faults::bus::support::{
    BEYOND_GRACE, EVENTS, Item, Way, assert_all_dispatched, booked, by_trip, ids_of, item,
    parked_reason, pending, published, seeded,
};

/// What is done to an event in the table, after what it comes to in a few words.
type Damage = (&'static str, fn(&mut Item));

const DAMAGES: [Damage; 15] = [
    ("detail is gone", |item| remove(item, "detail")),
    ("detail is a number", |item| set(item, "detail", number(7))),
    ("detail is not JSON", |item| set(item, "detail", text("{"))),
    ("status is gone", |item| remove(item, "status")),
    ("status is a number", |item| set(item, "status", number(7))),
    ("status is unknown", |item| set(item, "status", text("queued"))),
    ("sequence is a number", |item| say(item, "sequence", json!(1))),
    ("sequence is no number", |item| say(item, "sequence", json!("first"))),
    ("time is not a time", |item| say(item, "time", json!("yesterday"))),
    ("type is a number", |item| say(item, "type", json!(7))),
    ("detail is no envelope", |item| set(item, "detail", text("{}"))),
    ("kind is another", |item| set(item, "entity_type", text("Trip"))),
    ("kind is gone", |item| remove(item, "entity_type")),
    ("version is a text", |item| set(item, "schema_version", text("1"))),
    ("it stands in no index", |item| {
        remove(item, "detail");
        remove(item, keys::GSI1_PK);
        remove(item, keys::GSI1_SK);
    }),
];

/// The last of the damages hides an event from the sweeper: only the stream can tell of it.
const SEEN_BY_THE_SWEEPER: usize = DAMAGES.len() - 1;

fn remove(item: &mut Item, name: &str) {
    item.remove(name).unwrap();
}

fn set(item: &mut Item, name: &str, value: AttributeValue) {
    item.insert(name.to_owned(), value).unwrap();
}

/// An event as it was damaged, and how.
struct Poison {
    damage: &'static str,
    key: OutboxKey,
    item: Item,
}

/// Puts the damages into the table in any order, with trips booked in between. The poison, and the
/// records of it all after those `seen` before.
async fn mix(
    bed: &Bed,
    random: &mut StdRng,
    damages: usize,
    seen: usize,
) -> (Vec<Poison>, Vec<Value>) {
    let mut damages = DAMAGES[..damages].to_vec();
    damages.shuffle(random);
    bed.book(&format!("trip-{seen}-first")).await;
    let mut expected = seen + EVENTS;
    let model = events(bed, expected).await.pop().unwrap();
    let mut poison = Vec::new();
    for (damage, change) in damages {
        if random.random_bool(0.3) {
            bed.book(&format!("trip-{seen}-{expected}")).await;
            expected += EVENTS;
        }
        let key = put_changed(bed, &model, change).await;
        let item = item(bed, &key).await;
        poison.push(Poison { damage, key, item });
        expected += 1;
    }
    (poison, events(bed, expected).await.split_off(seen))
}

/// Events are damaged in every way that a table can hold, at any place among good ones. Each is
/// parked with the reason and with all that it held; the good ones are published, each trip's in
/// order. The sweeper meets the same where the stream brought nothing.
#[rstest]
#[tokio::test]
async fn fault_17_a_damaged_event_is_parked_with_its_payload_and_the_others_go_on(
    #[values(Way::Stream, Way::Sweeper)] way: Way,
) {
    let bed = Bed::new().await;
    let damages = if matches!(way, Way::Stream) { DAMAGES.len() } else { SEEN_BY_THE_SWEEPER };
    let (mut seen, mut parked) = (0, 0);
    for mut random in seeded(17, 3) {
        let (poison, records) = mix(&bed, &mut random, damages, seen).await;
        seen += records.len();
        let mut good = ids_of(&records);
        good.retain(|id| poison.iter().all(|poison| poison.key.event_id.to_string() != *id));
        let before = published(&bed).await.len();
        way.take(&bed, &records).await;

        let taken = published(&bed).await.split_off(before);
        assert_eq!(by_trip(&records, taken), by_trip(&records, good));
        for poison in &poison {
            assert_kept(&bed, poison).await;
        }
        parked += poison.len();
        let open = bed.outbox().open_counts().await.unwrap();
        assert_eq!(usize::try_from(open.parked_events).unwrap(), parked);
        assert_eq!(open.pending_events, 0);
    }
}

/// Asserts that an event is parked, and holds all that it held before but its status and its place.
async fn assert_kept(bed: &Bed, poison: &Poison) {
    let Poison { damage, key, item: before } = poison;
    assert!(parked_reason(bed, key).await.is_some(), "{damage}: parked, with a reason");
    let after = item(bed, key).await;
    let changed = ["status", keys::GSI1_PK];
    for (name, value) in before.iter().filter(|(name, _)| !changed.contains(&name.as_str())) {
        assert_eq!(after.get(name), Some(value), "{damage}: {name} is kept");
    }
    assert!(!after.contains_key("expires_at"), "{damage}: it stays");
}

/// What can be wrong with a record as a function receives it.
const MALFORMED: [(&str, Value); 10] = [
    ("/eventName", Value::Null),
    ("/eventName", Value::Bool(true)),
    ("/dynamodb", Value::Null),
    ("/dynamodb", Value::Bool(true)),
    ("/dynamodb/Keys", Value::Null),
    ("/dynamodb/NewImage", Value::Bool(true)),
    ("/dynamodb/NewImage/detail", Value::Bool(true)),
    ("/dynamodb/NewImage/detail/S", Value::Bool(true)),
    ("/dynamodb/SequenceNumber", Value::Null),
    ("", Value::Null),
];

/// Damages some of the records, at least one. Their places.
fn malform(records: &mut [Value], random: &mut StdRng) -> Vec<usize> {
    let mut places: Vec<usize> = (0..records.len()).collect();
    places.shuffle(random);
    places.truncate(random.random_range(1..=records.len()));
    places.sort_unstable();
    for place in &places {
        let (path, value) = MALFORMED.choose(random).unwrap();
        *records[*place].pointer_mut(path).unwrap() = value.clone();
    }
    places
}

/// Records lose their form on their way, at any place of a batch. The others are published in
/// order; the events of the malformed ones stay pending, and the sweeper publishes them from the
/// table.
///
/// Breaks when a record that cannot be decoded fails its whole batch (`lambda-kit/src/stream.rs`).
#[tokio::test]
async fn fault_17_the_event_of_a_malformed_record_is_published_from_the_table() {
    let bed = Bed::new().await;
    let mut seen = 0;
    for mut random in seeded(17, 4) {
        for number in 0..3 {
            bed.book(&format!("trip-{seen}-{number}")).await;
        }
        let records = events(&bed, seen + 3 * EVENTS).await.split_off(seen);
        seen += records.len();
        let mut damaged = records.clone();
        let places = malform(&mut damaged, &mut random);
        let is_lost = |(place, _): &(usize, String)| places.contains(place);
        let (lost, good): (Vec<_>, Vec<_>) =
            ids_of(&records).into_iter().enumerate().partition(is_lost);
        let [lost, good] = [lost, good].map(|part| part.into_iter().map(|(_, id)| id).collect());
        assert_published_in_turn(&bed, &records, &damaged, good, lost).await;
    }
}

/// Asserts that the damaged records bring the good events, and a sweep the lost ones.
async fn assert_published_in_turn(
    bed: &Bed,
    records: &[Value],
    damaged: &[Value],
    good: Vec<String>,
    lost: Vec<String>,
) {
    let before = published(bed).await.len();
    assert_eq!(reported(&bed.dispatch(damaged).await.unwrap()), [""; 0]);
    assert_eq!(published(bed).await[before..], good);
    assert_eq!(pending(bed, records).await.len(), lost.len());

    bed.clock.advance(BEYOND_GRACE);
    assert_eq!(bed.sweep().await.unwrap()["published"], json!(lost.len()));
    let mut swept = published(bed).await.split_off(before + good.len());
    swept.sort_by_key(|id| lost.iter().position(|known| known == id));
    assert_eq!(swept, lost);
    assert_all_dispatched(bed).await;
}

/// An event's own key is damaged, so that it cannot even be parked. It stays where it is and is
/// counted by every sweep; the others go on, also those behind it in its shard.
///
/// Breaks when an event without a proper key counts as no event (`dispatcher/src/intake.rs`).
#[tokio::test]
async fn fault_17_an_event_with_a_damaged_key_stays_in_its_table_and_is_counted() {
    let (bed, records) = booked(1).await;
    let nameless = |item: &mut Item| set(item, keys::SK, text("OUTBOX#7"));
    put_changed(&bed, &records[0], nameless).await;
    let records = events(&bed, records.len() + 1).await;
    let (answer, counts) = recorded(bed.dispatch(&records)).await;
    assert_eq!(reported(&answer.unwrap()), [""; 0]);
    assert_eq!(published(&bed).await, ids_of(&records[..4]));
    assert_eq!(counts.get("RecordsUnreadable"), Some(&1));

    bed.book("trip-0-behind").await;
    bed.clock.advance(BEYOND_GRACE);
    for swept in [4, 0] {
        let report = bed.sweep().await.unwrap();
        assert_eq!((&report["published"], &report["failed"]), (&json!(swept), &json!(1)));
    }
    assert_eq!(bed.outbox().open_counts().await.unwrap().pending_events, 1);
}
