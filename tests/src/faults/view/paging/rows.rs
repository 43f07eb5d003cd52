//! Rows of the view, made without trips.

use bed::Bed;
use domain::{CustomerId, TicketTime, Timestamp, TripId, TripStatus};
use futures::StreamExt;
use store::view::SearchRow;

/// How many rows are written at once.
const CONCURRENT_WRITES: usize = 16;

/// A row of a trip that departs at a minute such as `2026-03-01T10:00`.
pub(in crate::faults) fn row(
    id: &str,
    customer: &str,
    status: TripStatus,
    departure: &str,
) -> SearchRow {
    let at: Timestamp = "2026-01-15T11:00:00Z".parse().unwrap();
    SearchRow {
        trip_id: TripId::parse(id).unwrap(),
        customer_id: CustomerId::parse(customer).unwrap(),
        status,
        version: 1,
        created_at: at,
        updated_at: at,
        status_changed_at: at,
        flight_number: None,
        departure_time: Some(TicketTime::parse(departure).unwrap()),
        arrival_time: None,
        hotel_name: None,
        check_in_date: None,
        check_out_date: None,
        amount: None,
        flight_status: None,
        hotel_status: None,
        payment_status: None,
        failure_code: None,
    }
}

/// Puts all of them into the view.
pub(in crate::faults) async fn fill(bed: &Bed, rows: &[SearchRow]) {
    let view = bed.view();
    let writes = rows.iter().map(|row| view.put_newer(row));
    let written = futures::stream::iter(writes).buffer_unordered(CONCURRENT_WRITES);
    // A write whose answer was late is sent again, and then finds its own row.
    written.for_each(async |put| assert!(put.is_ok(), "{put:?}")).await;
}

/// The ids in order of departure.
pub(in crate::faults) fn in_order<'a>(
    rows: impl IntoIterator<Item = &'a SearchRow>,
    descending: bool,
) -> Vec<String> {
    let keyed = rows.into_iter().map(|row| (row.departure_key().unwrap(), row.trip_id.to_string()));
    let mut keyed: Vec<_> = keyed.collect();
    keyed.sort();
    if descending {
        keyed.reverse();
    }
    keyed.into_iter().map(|(_, id)| id).collect()
}
