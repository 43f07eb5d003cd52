//! Clocks that are skewed, or run backwards between the steps of one trip.

use std::collections::HashSet;
use std::sync::Arc;

use bed::{Bed, Booking, ManualClock, invocation};
use domain::Timestamp;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use saga::Operation::{self, *};
use serde_json::{Value, json};
use store::draw_event_id;
use testing::seed;

use super::support::{few_at_once, id, patient};
use crate::faults::schedules;

const TRIPS: u64 = 20;

/// The ways of a trip to its end.
const WAYS: [&[Operation]; 3] = [
    &[FlightReserve, HotelReserve, PaymentProcess],
    &[FlightReserve, HotelReserve, PaymentRefund, HotelCancel, FlightCancel],
    &[PaymentRefund, HotelCancel, FlightCancel],
];

/// A moment near noon on 15 January 2026, or years from it, before 1970 even.
fn any_moment(random: &mut StdRng) -> Timestamp {
    let spread = *[1_i64, 1_000, 86_400_000, 2_000_000_000_000].choose(random).unwrap();
    Timestamp::from_millis(1_768_478_400_000 + random.random_range(-spread..=spread))
}

/// Takes a trip to its end, on a clock that is set anywhere before each step. The trip's own time
/// never goes back, whatever the clock says.
async fn book(bed: &Bed, trip: &str, mut random: StdRng) -> Vec<Value> {
    let clock = Arc::<ManualClock>::default();
    let deps = patient(bed).await.with_clock(clock.clone());
    let mut latest = None;
    for step in *WAYS.choose(&mut random).unwrap() {
        clock.set(any_moment(&mut random));
        let mut task = Booking::new(trip).task("alice", "saga-1");
        task["input"]["error_info"] = json!({ "Error": "States.Timeout", "Cause": "" });
        let event = invocation(task);
        saga::handle(&deps, *step, event).await.unwrap();

        let now = bed.trip(&id(trip)).await.unwrap();
        assert!(latest.is_none_or(|latest| latest <= now.state().updated_at), "{trip} went back");
        assert!(
            now.state().created_at <= now.state().status_changed_at
                && now.state().status_changed_at <= now.state().updated_at
        );
        latest = Some(now.state().updated_at);
    }
    let (trip, events) = (bed.trip(&id(trip)).await.unwrap(), bed.committed(&id(trip)).await);
    assert_eq!(trip.state().last_sequence, events.len() as u64);
    assert!(time(events.last().unwrap()) <= trip.state().updated_at);
    events
}

fn time(event: &Value) -> Timestamp {
    event["time"].as_str().unwrap().parse().unwrap()
}

/// Whatever the clocks say: events are numbered without a gap, no event is older than the one
/// before it or than the trip it changed, no id is given twice, and the view, which goes by
/// versions, ends at the newest of them in whatever order the records come.
#[tokio::test]
async fn fault_12_order_comes_from_versions_whatever_the_clocks_say() {
    let (bed, seed) = (Bed::new().await, seed());
    let names: Vec<_> = (0..TRIPS).map(|trip| format!("trip-{trip}")).collect();
    let trips =
        (seed..).zip(&names).map(|(seed, name)| book(&bed, name, StdRng::seed_from_u64(seed)));
    let histories = few_at_once(trips).await;
    for events in &histories {
        let sequences = events.iter().map(|event| event["sequence"].as_str().unwrap());
        let gapless = (1..=events.len()).map(|number| format!("{number:010}"));
        assert!(sequences.eq(gapless), "{events:?}");
        assert!(events.is_sorted_by_key(time), "{events:?}");
    }
    let ids: Vec<_> = histories.iter().flatten().map(|event| event["id"].to_string()).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    project_in_any_order(&bed, seed).await;
    schedules(12, histories.len());
}

async fn project_in_any_order(bed: &Bed, seed: u64) {
    let fold = bed.fold().await;
    let commits: u64 = fold.values().map(|row| row.version).sum();
    let capture = bed.capture(usize::try_from(commits).unwrap()).await;
    let mut records = capture.trips();
    records.shuffle(&mut StdRng::seed_from_u64(seed));
    for batch in records.chunks(7) {
        bed.project(batch).await.unwrap();
    }
    assert_eq!(bed.rows().await, fold);
}

/// Many events of one moment, before and after a clock went back: each has an id of its own.
#[test]
fn fault_12_ids_are_unique_also_when_the_clock_stands_still_or_goes_back() {
    const DRAWS: usize = 20_000;
    let moments = [1_768_478_400_000, 1_768_478_399_999, 0, -1, i64::MIN, i64::MAX];
    let moments = moments.map(Timestamp::from_millis).into_iter().cycle();
    let ids: HashSet<_> = moments.take(DRAWS).map(draw_event_id).collect();
    assert_eq!(ids.len(), DRAWS);
    schedules(12, DRAWS);
}
