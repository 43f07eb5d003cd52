//! A trip's life, commit by commit and past every fault: booked, and then cancelled by its
//! customer.

use std::time::Duration;

use bed::{Bed, Booking};
use domain::command::{CancelFlight, CancelHotel, Reason, RefundPayment, Released};
use domain::{Asked, Change, Clock, Command, Timestamp, Trip, TripId};
use serde_json::Value;
use testing::{claim, pay, reserve_flight, reserve_hotel};

/// The commits of a life: each makes a version of the trip.
pub(in crate::faults) const COMMITS: usize = 6;
/// The commits after which a trip is confirmed.
pub(in crate::faults) const BOOKED: usize = 3;

/// A trip of `alice` that goes on when it is told.
pub(in crate::faults) struct Life {
    pub(in crate::faults) trip_id: TripId,
    commits: usize,
}

impl Life {
    pub(in crate::faults) fn new(trip: &str) -> Self {
        Self { trip_id: TripId::parse(trip).unwrap(), commits: 0 }
    }

    /// So many lives from the first commit to the last.
    pub(in crate::faults) async fn whole(bed: &Bed, lives: usize) -> Vec<Self> {
        let mut lives: Vec<_> =
            (0..lives).map(|number| Self::new(&format!("trip-{number}"))).collect();
        for life in &mut lives {
            life.go_on(bed, COMMITS).await;
        }
        lives
    }

    /// So many commits more, a second between them.
    pub(in crate::faults) async fn go_on(&mut self, bed: &Bed, commits: usize) {
        for _ in 0..commits {
            bed.clock.advance(Duration::from_secs(1));
            let trip = bed.trip(&self.trip_id).await;
            let change = self.next(trip.as_ref(), bed.clock.now());
            bed.trips().commit(&change).await.unwrap();
            self.commits += 1;
        }
    }

    pub(in crate::faults) fn is_over(&self) -> bool {
        self.commits == COMMITS
    }

    fn next(&self, trip: Option<&Trip>, now: Timestamp) -> Change {
        let booking = Booking::new(self.trip_id.as_str());
        let (claim, reason) =
            (claim(self.trip_id.as_str(), "alice", "saga-1"), Reason::Cancellation);
        let released = Released { held: true };
        let asked = Asked::Refused(None);
        match (self.commits, trip) {
            (0, _) => reserve_flight(claim, booking.details(), now),
            (1, Some(trip)) => reserve_hotel(trip, now),
            (2, Some(trip)) => pay(trip, now),
            (3, _) => RefundPayment { claim, reason, asked }.apply(trip, &released, now),
            (4, _) => CancelHotel { claim, reason, asked }.apply(trip, &released, now),
            (5, _) => CancelFlight { claim, reason, asked }.apply(trip, &released, now),
            _ => panic!("the life of {} is over", self.trip_id),
        }
    }
}

/// The stream's records of trips, once it shows so many.
pub(in crate::faults) async fn states(bed: &Bed, count: usize) -> Vec<Value> {
    bed::eventually(&format!("{count} records of trips"), async || {
        Some(bed.capture(1).await.trips()).filter(|records| records.len() == count)
    })
    .await
}

/// The version that a record of a trip brings.
pub(in crate::faults) fn version(record: &Value) -> u64 {
    record["dynamodb"]["NewImage"]["version"]["N"].as_str().unwrap().parse().unwrap()
}
