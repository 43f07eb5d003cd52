//! No event can expire before it was dispatched, whoever writes to it in whatever order.

use bed::{Bed, Fault, faults};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;
use store::keys;
use store::outbox::OutboxKey;

use crate::faults::bus::support::{
    BEYOND_GRACE, EVENTS, Item, booked, booked_on, item, key_of, of_trip, published, seeded,
};

/// How many operations one schedule has.
const STEPS: usize = 12;

/// Everything that writes to an event after its commit.
#[derive(Clone, Copy, Debug)]
enum Operation {
    Mark,
    Park,
    Redrive,
    Discard,
    Dispatch,
    Sweep,
    /// The bus refuses the trip's next events for good, or takes them again.
    Refuse,
    Accept,
    /// A write lands and its answer is lost.
    LoseAnswer,
}

const OPERATIONS: [Operation; 9] = [
    Operation::Mark,
    Operation::Park,
    Operation::Redrive,
    Operation::Discard,
    Operation::Dispatch,
    Operation::Sweep,
    Operation::Refuse,
    Operation::Accept,
    Operation::LoseAnswer,
];

impl Operation {
    async fn run(self, bed: &Bed, key: &OutboxKey, records: &[Value]) {
        let (outbox, now) = (bed.outbox(), domain::Clock::now(&*bed.clock));
        match self {
            Self::Mark => drop(bed.marks().mark_dispatched(std::slice::from_ref(key), now).await),
            Self::Park => drop(outbox.park(key, "an operator's whim", now).await.unwrap()),
            Self::Redrive => drop(outbox.redrive(key).await.unwrap()),
            Self::Discard => drop(outbox.discard(key, now).await.unwrap()),
            Self::Dispatch => drop(bed.dispatch(records).await.unwrap()),
            Self::Sweep => {
                bed.clock.advance(BEYOND_GRACE);
                bed.sweep().await.unwrap();
            }
            Self::Refuse => bed.bus.refuse(|_| Some("MalformedDetail")),
            Self::Accept => bed.bus.accept_all(),
            Self::LoseAnswer => {
                let writes = ["BatchExecuteStatement", "UpdateItem"];
                let lost = |write| faults::once(write, Fault::LoseAnswer);
                writes.into_iter().for_each(|write| bed.database.inject(lost(write)));
            }
        }
    }
}

/// Events are marked, parked, redriven, discarded, dispatched and swept in any order, and writes
/// are repeated. After each step an item that expires was dispatched, was published, and is not an
/// open work.
#[tokio::test]
async fn fault_21_whatever_is_done_to_an_event_it_expires_only_once_it_was_dispatched() {
    let bed = Bed::new().await;
    let schedules = 20;
    let records = booked_on(&bed, schedules).await;
    for (number, mut random) in seeded(21, schedules).enumerate() {
        let trip = key_of(&records[number * EVENTS]).trip_id;
        let of_trip = of_trip(&records, &trip);
        let mut done = Vec::new();
        for _ in 0..STEPS {
            done.push(step(&bed, &mut random, &of_trip).await);
            for record in &of_trip {
                assert_expires_only_if_dispatched(&item(&bed, &key_of(record)).await, &done);
            }
        }
        bed.bus.accept_all();
        bed.database.heal();
    }
}

async fn step(bed: &Bed, random: &mut StdRng, records: &[Value]) -> Operation {
    let operation = OPERATIONS[random.random_range(0..OPERATIONS.len())];
    let record = &records[random.random_range(0..records.len())];
    operation.run(bed, &key_of(record), records).await;
    operation
}

fn assert_expires_only_if_dispatched(item: &Item, done: &[Operation]) {
    let status = item["status"].as_s().unwrap().as_str();
    let expires = item.contains_key(store::schema::EXPIRES_AT);
    assert_eq!(expires, item.contains_key("dispatched_at"), "{done:?}");
    assert_eq!(expires, status == "dispatched", "{done:?}");
    let is_open = ["pending", "parked"].contains(&status);
    for key in [keys::GSI1_PK, keys::GSI1_SK] {
        assert_eq!(is_open, item.contains_key(key), "{status} after {done:?}");
    }
}

/// The dispatcher dies between publishing and marking, time after time. For as long as an event is
/// not marked it does not expire, and it is in the index.
///
/// Breaks when a commit gives its events a time to live at once (`store/src/items/outbox.rs`).
#[tokio::test]
async fn fault_21_an_event_that_is_published_and_not_marked_does_not_expire() {
    let (bed, records) = booked(1).await;
    bed.database.inject(faults::always("BatchExecuteStatement", bed::answers::invalid()));
    for _ in 0..3 {
        bed.dispatch(&records).await.unwrap();
    }
    assert_eq!(published(&bed).await.len(), 3 * EVENTS);
    for record in &records {
        let item = item(&bed, &key_of(record)).await;
        assert!(!item.contains_key(store::schema::EXPIRES_AT) && item.contains_key(keys::GSI1_PK));
    }
}

/// An operator gives a parked event up. It was never dispatched, so it stays for good, and waits
/// for nobody.
///
/// Breaks when `discard` in `store/src/outbox/park.rs` gives the event a time to live.
#[tokio::test]
async fn fault_21_an_event_that_is_given_up_does_not_expire() {
    let bed = Bed::new().await;
    let key = key_of(&booked_on(&bed, 1).await[0]);
    for operation in [Operation::Park, Operation::Discard] {
        operation.run(&bed, &key, &[]).await;
    }
    let item = item(&bed, &key).await;
    assert_eq!(item["status"].as_s().unwrap(), "discarded");
    assert!(!item.contains_key(store::schema::EXPIRES_AT) && !item.contains_key(keys::GSI1_PK));
}
