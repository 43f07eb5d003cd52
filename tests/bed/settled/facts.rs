//! What is seen of a bed, in the form that the demo's checks take.

use cli::demo::{Booking, Facts, Outcome, Published};
use domain::{Clock, Envelope};
use futures::{StreamExt, stream};
use serde_json::Value;
use store::view::SearchRow;

use super::Trips;
use crate::Bed;

/// Trips whose events are read at once.
const AT_ONCE: usize = 16;

/// Every trip as a booking that had to end the way it did.
#[must_use]
pub fn bookings(trips: &Trips) -> Vec<Booking> {
    let booking = |trip: &SearchRow| Booking {
        trip_id: trip.trip_id.clone(),
        customer: trip.customer_id.clone(),
        expected: Outcome::of(trip),
    };
    trips.values().map(booking).collect()
}

/// The facts about a bed without a system: tables and bus are read past the proxies. Nobody
/// searches here, so what a search would find is taken from the view itself.
pub(super) async fn of_bed(bed: &Bed) -> Facts {
    let (trips, rows) = (bed.fold().await, bed.rows().await);
    let rows: Vec<_> = rows.into_values().collect();
    Facts {
        received: None,
        bookings: bookings(&trips),
        committed: committed(bed, &trips).await,
        published: published(bed).await,
        found: rows.iter().filter(|row| row.departure_time.is_some()).cloned().collect(),
        rows,
        open: bed.outbox().open_counts().await.unwrap(),
        ledger: bed.ledger().all().await.unwrap(),
        trips: trips.into_values().collect(),
    }
}

async fn committed(bed: &Bed, trips: &Trips) -> Vec<Envelope> {
    let timelines = stream::iter(trips.keys()).map(|trip| bed.committed(trip)).buffered(AT_ONCE);
    let timelines: Vec<Vec<Value>> = timelines.collect().await;
    timelines.into_iter().flatten().map(envelope).collect()
}

async fn published(bed: &Bed) -> Vec<Published> {
    let received_at = bed.clock.now();
    let published = |event| Published { received_at, event: envelope(event) };
    bed.bus.published().await.into_iter().map(published).collect()
}

fn envelope(event: Value) -> Envelope {
    serde_json::from_value(event).unwrap()
}
