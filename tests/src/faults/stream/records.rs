//! Records that come twice, with a gap before them, or long after they said anything new.

use bed::{Bed, cut, reported};
use domain::TripId;
use rand::seq::SliceRandom;
use serde_json::Value;

use crate::faults::bus::support::{BEYOND_GRACE, assert_all_dispatched, booked, key_of, seeded};
use crate::faults::view::life::{COMMITS, Life, states, version};
use crate::faults::view::projector::Projector;
use crate::faults::view::seen::{view, written_since};

const SCHEDULES: usize = 25;

/// The records of one trip's life: versions 1 to 6, cancelled at the end.
async fn lived(bed: &Bed) -> (TripId, Vec<Value>) {
    let lives = Life::whole(bed, 1).await;
    (lives[0].trip_id.clone(), states(bed, COMMITS).await)
}

/// Hands over a batch. The version that the trip's row shows then, and how many rows were written.
async fn project(bed: &Bed, trip: &TripId, batch: &[Value]) -> (u64, usize) {
    project_by(&Projector::on(bed).await, bed, trip, batch).await
}

/// The same, by this projector.
async fn project_by(
    projector: &Projector,
    bed: &Bed,
    trip: &TripId,
    batch: &[Value],
) -> (u64, usize) {
    let earlier = bed.database.calls().len();
    projector.take(batch).await;
    let row = bed.view().look(trip).await.unwrap().map(|held| held.row.unwrap()).expect("a row");
    (row.version, written_since(bed, earlier).len())
}

/// A record comes again at once: its event is published again, word for word and under its one id,
/// by which subscribers know it. It comes again long after: the outbox knows, and nothing is
/// published.
#[tokio::test]
async fn fault_13_an_event_that_comes_again_has_the_same_id() {
    let (bed, records) = booked(1).await;
    let committed = bed.committed(&key_of(&records[0]).trip_id).await;
    for batch in [&records[..], &records[..], &records[2..]] {
        assert_eq!(reported(&bed.dispatch(batch).await.unwrap()), [""; 0]);
    }
    let thrice = [&committed[..], &committed[..], &committed[2..]].concat();
    assert_eq!(bed.bus.published().await, thrice);

    bed.clock.advance(BEYOND_GRACE);
    assert_eq!(reported(&bed.dispatch(&records).await.unwrap()), [""; 0]);
    assert_eq!(bed.bus.published().await.len(), thrice.len());
    assert_all_dispatched(&bed).await;
}

/// A trip's records come again, alone, together, and twice in one batch. The row is written for the
/// first of them, and stays the same byte for byte.
#[tokio::test]
async fn fault_13_a_trip_that_comes_again_writes_no_row() {
    let bed = Bed::new().await;
    let (trip, records) = lived(&bed).await;
    assert_eq!(project(&bed, &trip, &[&records[..], &records[..]].concat()).await, (6, 1));
    let before = view(&bed).await;
    for batch in records.chunks(1).chain([&records[..], &records[4..]]) {
        assert_eq!(project(&bed, &trip, batch).await, (6, 0));
    }
    assert_eq!(view(&bed).await, before);
}

/// Version 5 comes first, and 4 and what was before it later: by themselves, and in one batch with
/// newer ones. The row is never taken back.
#[tokio::test]
async fn fault_15_a_version_after_a_gap_stays_when_the_gap_is_filled() {
    let bed = Bed::new().await;
    let (trip, records) = lived(&bed).await;
    for (versions, shown, written) in [
        (&[5][..], 5, 1),
        (&[4], 5, 0),
        (&[5, 4], 5, 0),
        (&[3, 1, 2], 5, 0),
        (&[6, 4], 6, 1),
        (&[5], 6, 0),
    ] {
        let batch: Vec<_> = versions.iter().map(|version| records[version - 1].clone()).collect();
        assert_eq!(project(&bed, &trip, &batch).await, (shown, written), "{versions:?}");
    }
    assert_eq!(bed.rows().await, bed.fold().await);
}

/// Every record of a trip twice, in any order and in batches of any size: after each batch the row
/// shows the highest version that has come so far.
#[tokio::test]
async fn fault_15_in_any_order_a_row_shows_the_highest_version_so_far() {
    let bed = Bed::new().await;
    let (_, records) = lived(&bed).await;
    let projector = Projector::on(&bed).await;
    for (number, mut random) in seeded(15, SCHEDULES).enumerate() {
        let trip = TripId::parse(&format!("schedule-{number}")).unwrap();
        let mut records = renamed(&records, &trip);
        records.shuffle(&mut random);
        let mut highest = 0;
        for batch in cut(&records, &mut random) {
            let newest = batch.iter().map(version).max().unwrap();
            let written = usize::from(newest > highest);
            highest = highest.max(newest);
            let seen = project_by(&projector, &bed, &trip, batch).await;
            assert_eq!(seen, (highest, written), "schedule {number}");
        }
    }
}

/// The records twice, of a trip with another name.
fn renamed(records: &[Value], trip: &TripId) -> Vec<Value> {
    let renamed = |record: &Value| {
        let text = record.to_string().replace("trip-0", trip.as_str());
        serde_json::from_str(&text).unwrap()
    };
    records.iter().chain(records).map(renamed).collect()
}

/// A trip has ended, and its earlier records come late: in the batch that ends it, alone, and
/// around the news of another trip, which is shown. The ended trip's row stays the same byte for
/// byte.
#[tokio::test]
async fn fault_16_a_record_that_comes_after_the_end_is_ignored() {
    let bed = Bed::new().await;
    let (trip, records) = lived(&bed).await;
    let at_the_end = [&records[3..], &records[..3]].concat();
    assert_eq!(project(&bed, &trip, &at_the_end).await, (6, 1));
    let ended = view(&bed).await;
    assert!(ended[0].contains("CANCELLED"), "{ended:?}");
    for late in records[..COMMITS - 1].chunks(1) {
        assert_eq!(project(&bed, &trip, late).await, (6, 0));
    }
    assert_eq!(view(&bed).await, ended);

    let other = TripId::parse("another").unwrap();
    let news = renamed(&records[..1], &other);
    let around = [&records[..2], &news[..], &records[2..5]].concat();
    assert_eq!(project(&bed, &trip, &around).await, (6, 1));
    assert!(view(&bed).await.contains(&ended[0]));
    assert_eq!(
        bed.view().look(&other).await.unwrap().map(|held| held.row.unwrap()).unwrap().version,
        1
    );
}
