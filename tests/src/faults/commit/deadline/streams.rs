//! The dispatcher, the sweeper and the projector, while one of their calls hangs.

use std::time::Duration;

use bed::{Bed, Booking, Capture, Fault, batch, faults, reported};
use futures::future::join_all;
use lambda_kit::stream::raw;
use saga::Operation::{FlightReserve, HotelReserve};
use serde_json::{Value, json};
use store::keys;

use super::super::support::{id, run};
use super::{LONGER, TIME, in_time, within};
use crate::faults::schedules;

/// A call of the dispatcher's or the sweeper's, and whether its events are on the bus in spite of
/// it.
#[derive(Clone, Copy)]
struct Case {
    call: &'static str,
    published: bool,
    /// How old the events are: old ones are asked for before they are published.
    age: Duration,
}

const fn case(call: &'static str, published: bool, minutes: u64) -> Case {
    Case { call, published, age: Duration::from_secs(60 * minutes) }
}

/// A trip in the shard that a sweep begins with.
fn first_swept() -> String {
    let mut names = (0..).map(|number| format!("trip-{number}"));
    names.find(|name| keys::shard(&id(name)) == 0).unwrap()
}

/// A bed on which a trip has two events of that age, a call hangs, and their stream.
async fn scene(case: Case) -> (Bed, Capture) {
    let bed = Bed::new().await;
    let task = Booking::new(&first_swept()).task("alice", "saga-1");
    for step in [FlightReserve, HotelReserve] {
        run(&bed, step, task.clone()).await.unwrap();
    }
    let capture = bed.capture(6).await;
    bed.clock.advance(case.age);
    if case.call == "UpdateItem" {
        bed.bus.refuse(|_| Some("InvalidArgument"));
    }
    for proxy in [&bed.database, &bed.events] {
        proxy.inject(faults::always(case.call, Fault::Hang));
    }
    (bed, capture)
}

/// How many of the trip's events are on the bus, and how many wait to be dispatched.
async fn standing(bed: &Bed) -> (usize, u64) {
    let published = bed.bus.published_of(&id(&first_swept())).await.len();
    (published, bed.outbox().open_counts().await.unwrap().pending_events)
}

/// Publishing, parking and marking: each may hang. The dispatcher reports in time from where on the
/// batch is to come again; a mark alone is left to the sweeper.
#[tokio::test]
async fn fault_11_the_dispatcher_answers_before_it_is_stopped() {
    let cases = [
        case("PutEvents", false, 0),
        case("UpdateItem", false, 0),
        case("BatchExecuteStatement", true, 0),
    ];
    let run = async |case: Case| {
        let (bed, capture) = scene(case).await;
        let records = capture.events();
        let event = bed.ending_after(TIME, batch(&records));
        let deps = bed.dispatcher().await;
        let answer = in_time(dispatcher::handle(&deps, raw(event))).await.unwrap();
        let first = records[0]["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned();
        let expected = if case.published { vec![] } else { vec![first] };
        assert_eq!(reported(&answer), expected, "{}", case.call);
        let published = if case.published { 2 } else { 0 };
        assert_eq!(standing(&bed).await, (published, 2), "{}", case.call);
    };
    join_all(cases.map(run)).await;
    schedules(11, cases.len());
}

/// The same for the sweeper, which says that there is more to sweep; the next sweep brings
/// everything.
#[tokio::test]
async fn fault_11_the_sweeper_answers_before_it_is_stopped() {
    let cases = [
        case("Query", false, 20),
        case("BatchGetItem", false, 20),
        case("PutEvents", false, 20),
        case("BatchExecuteStatement", true, 20),
    ];
    let run = async |case: Case| {
        let (bed, _) = scene(case).await;
        let event = bed.ending_after(LONGER, Value::Null);
        let deps = bed.dispatcher().await;
        let report = within(LONGER, dispatcher::sweeper::handle(&deps, event)).await.unwrap();
        assert_eq!(report["remaining"], json!(true), "{}: {report}", case.call);
        let published = if case.published { 2 } else { 0 };
        assert_eq!(standing(&bed).await, (published, 2), "{}", case.call);
        bed.database.heal();
        bed.events.heal();
        bed.sweep().await.unwrap();
        assert_eq!(standing(&bed).await, (published + 2, 0), "{}", case.call);
    };
    join_all(cases.map(run)).await;
    schedules(11, cases.len());
}

/// The projector reports the first record of the row that was not written; the repeat writes it.
#[tokio::test]
async fn fault_11_the_projector_answers_before_it_is_stopped() {
    let (bed, capture) = scene(case("PutItem", false, 0)).await;
    let records = capture.trips();
    let event = bed.ending_after(TIME, batch(&records));
    let deps = bed.projector().await;
    let answer = in_time(projector::handle(&deps, raw(event))).await.unwrap();
    assert_eq!(reported(&answer), [records[0]["dynamodb"]["SequenceNumber"].as_str().unwrap()]);
    assert!(bed.rows().await.is_empty());

    bed.database.heal();
    assert!(reported(&bed.project(&records).await.unwrap()).is_empty());
    assert_eq!(bed.rows().await, bed.fold().await);
}
