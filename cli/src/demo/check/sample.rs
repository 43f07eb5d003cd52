//! A small world in which everything holds, for the tests of the checks.

use domain::{CustomerId, Envelope, ErrorCode, TripId, TripStatus};
use serde_json::json;
use store::OpenCounts;
use store::sandbox::{LedgerRow, LedgerState, Supplier};
use store::view::SearchRow;

use crate::demo::facts::{Booking, Facts, Published};
use crate::demo::outcome::Outcome;

/// A confirmed, a failed and a cancelled trip, and one that never had a valid request.
pub(super) fn facts() -> Facts {
    let trips = vec![
        trip("booked", TripStatus::Confirmed, None),
        trip("refused", TripStatus::Failed, Some(ErrorCode::HotelUnavailable)),
        trip("undone", TripStatus::Cancelled, None),
        SearchRow {
            departure_time: None,
            ..trip("wrong", TripStatus::Failed, Some(ErrorCode::InvalidRequest))
        },
    ];
    let committed: Vec<_> =
        ["booked", "refused", "undone", "wrong"].into_iter().flat_map(events).collect();
    let published =
        committed.iter().cloned().map(|event| Published { received_at: event.time, event });
    Facts {
        bookings: trips.iter().map(booking).collect(),
        rows: trips.clone(),
        found: trips.iter().filter(|trip| trip.departure_time.is_some()).cloned().collect(),
        published: published.collect(),
        committed,
        received: None,
        open: OpenCounts::default(),
        ledger: ledger(),
        trips,
    }
}

fn trip(id: &str, status: TripStatus, failure_code: Option<ErrorCode>) -> SearchRow {
    serde_json::from_value(json!({
        "trip_id": id, "customer_id": "alice", "status": status, "version": 4,
        "created_at": "2026-03-01T01:00:00.000Z", "updated_at": "2026-03-01T01:00:01.500Z",
        "status_changed_at": "2026-03-01T01:00:01.500Z",
        "departure_time": "2026-04-01T10:00:00", "failure_code": failure_code,
    }))
    .unwrap()
}

fn booking(trip: &SearchRow) -> Booking {
    Booking {
        trip_id: trip.trip_id.clone(),
        customer: CustomerId::parse("alice").unwrap(),
        expected: Outcome::of(trip),
    }
}

fn events(trip: &str) -> Vec<Envelope> {
    let types: &[&str] = match trip {
        "booked" => {
            &["flight.reserved.v1", "hotel.reserved.v1", "payment.captured.v1", "trip.confirmed.v1"]
        }
        "refused" => {
            &["flight.reserved.v1", "hotel.rejected.v1", "flight.cancelled.v1", "trip.failed.v1"]
        }
        "undone" => &["trip.confirmed.v1", "trip.cancelled.v1"],
        _ => &["flight.rejected.v1", "trip.failed.v1"],
    };
    types.iter().zip(1..).map(|(event_type, number)| event(trip, event_type, number)).collect()
}

/// An event, with an id made from the trip and the number.
pub(super) fn event(trip: &str, event_type: &str, number: u8) -> Envelope {
    let first = trip.as_bytes()[0];
    serde_json::from_value(json!({
        "specversion": "1.0", "id": format!("01980000-0000-7000-8000-0000000{first:02x}{number:03}"),
        "source": "/trip-saga", "type": event_type, "subject": trip,
        "time": "2026-03-01T01:00:00.123Z", "datacontenttype": "application/json",
        "dataschema": "urn:trip-saga:events:x", "sequence": format!("{number:010}"),
        "correlationid": trip, "sagaid": "saga", "data": {},
    }))
    .unwrap()
}

fn ledger() -> Vec<LedgerRow> {
    use LedgerState::{Held, Refused, Released};
    use Supplier::{Flight, Hotel, Payment};
    vec![
        entry("booked", Flight, Held),
        entry("booked", Hotel, Held),
        entry("booked", Payment, Held),
        entry("refused", Flight, Released),
        entry("refused", Hotel, Refused),
        entry("undone", Flight, Released),
        entry("undone", Hotel, Released),
        entry("undone", Payment, Released),
    ]
}

/// A row of the books, which took effect once unless it was refused.
pub(super) fn entry(trip: &str, supplier: Supplier, state: LedgerState) -> LedgerRow {
    let key = format!("{supplier:?}/{trip}");
    let effects = u32::from(state != LedgerState::Refused);
    let undone = u32::from(state == LedgerState::Released);
    LedgerRow {
        state,
        effects,
        undone,
        ..LedgerRow::new(key, TripId::parse(trip).unwrap(), supplier)
    }
}
