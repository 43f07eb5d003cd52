//! Dates that do not exist, or that mean something else than they seem to.

use bed::{Bed, Booking, Request};
use domain::{ErrorCode, TripId, TripStatus};
use rstest::rstest;
use saga::Operation::FlightReserve;
use serde_json::{Value, json};

use super::live::Live;
use super::steps::settled;
use crate::faults::view::paging::rows::{fill, row};

/// No window of a search: the parameters, and the one that is to blame.
const NO_WINDOWS: [(&str, &str); 16] = [
    ("from=2026-02-29", "from"),
    ("from=2100-02-29", "from"),
    ("from=2026-04-31", "from"),
    ("from=2026-13-01", "from"),
    ("from=2026-00-10", "from"),
    ("from=2026-01-00", "from"),
    ("to=2026-02-30T10:00", "to"),
    ("to=2026-03-01T24:00", "to"),
    ("to=2026-03-01T10:60", "to"),
    ("from=2026-3-1", "from"),
    ("from=20260301", "from"),
    ("from=2026-03-01T10:00Z", "from"),
    ("to=2026-03-01T10:00-05:00", "to"),
    ("from=2026-03-02&to=2026-03-01", "to"),
    ("from=2026-03-01T10:01&to=2026-03-01T10:00", "to"),
    ("from=2026-03-01&to=2029-03-02", "to"),
];

/// A window that is none is refused, naming its end, and nothing is read.
#[tokio::test]
async fn fault_59_a_search_refuses_dates_that_do_not_exist_and_windows_that_run_backwards() {
    let bed = Bed::new().await;
    for (query, field) in NO_WINDOWS {
        let reply = bed.ask(&Request::get("/trips").by("alice").with_all(query)).await;
        assert_eq!(reply.refusal(), (400, "InvalidQuery".to_owned()), "{query}");
        assert_eq!(reply.body()["errors"][0]["field"], field, "{query}");
    }
    assert_eq!(bed.database.calls(), []);
}

/// 29 February is a day of a leap year: it begins and ends windows, also alone.
///
/// Breaks when a window that was filled in is checked for its width as well
/// (`query-api/src/search/window.rs`).
#[rstest]
#[case("from=2028-02-29&to=2028-02-29")]
#[case("from=2028-02-29")]
#[case("to=2028-02-29")]
#[case("from=2028-02-28T23:59&to=2028-02-29T10:00")]
#[tokio::test]
async fn fault_59_a_leap_day_is_searched_like_any_other(#[case] query: &str) {
    let bed = Bed::new().await;
    fill(&bed, &[row("leap", "alice", TripStatus::Confirmed, "2028-02-29T10:00")]).await;
    for search in [
        Request::get("/trips").by("alice"),
        Request::get("/trips").by_operator().with("status", "CONFIRMED"),
    ] {
        assert_eq!(bed.ask(&search.with_all(query)).await.trips(), ["leap"], "{query}");
    }
}

/// The clocks go forward or back. Departures are found by the time that is printed, whether the
/// zone skips it, has it twice, or prints another offset with it.
///
/// Breaks when departure keys are made of instants (`store/src/keys/departure.rs`).
#[tokio::test]
async fn fault_59_departures_around_a_change_of_the_clocks_are_found_as_printed() {
    let bed = Bed::new().await;
    let trip = |id, departure| row(id, "alice", TripStatus::Confirmed, departure);
    let rows = [
        trip("skipped", "2026-03-29T02:30:00"),
        trip("summer", "2026-10-25T02:30:00+02:00"),
        trip("winter", "2026-10-25T02:10:00+01:00"),
    ];
    fill(&bed, &rows).await;
    let search = |query: &str| Request::get("/trips").by("alice").with_all(query);
    let march = bed.ask(&search("from=2026-03-29T02:00&to=2026-03-29T02:59")).await;
    assert_eq!(march.trips(), ["skipped"]);
    // By the instant the summer's would be the earlier one.
    let october = bed.ask(&search("from=2026-10-25&to=2026-10-25")).await;
    assert_eq!(october.trips(), ["winter", "summer"]);
}

fn changed(changes: &[(&str, &str)]) -> Value {
    let mut body = Booking::new("trip-1").body().clone();
    for (pointer, value) in changes {
        *body.pointer_mut(pointer).unwrap() = json!(value);
    }
    body
}

const DEPARTURE: &str = "/flight_details/departure_time";
const ARRIVAL: &str = "/flight_details/arrival_time";
const CHECK_IN: &str = "/hotel_details/check_in_date";
const CHECK_OUT: &str = "/hotel_details/check_out_date";

/// The gateway refuses a booking with a date that does not exist: no saga is started.
///
/// Breaks when the gateway starts a saga without reading the request
/// (`local/src/gateway/booking.rs`).
#[tokio::test]
async fn fault_59_a_booking_for_a_day_that_does_not_exist_is_refused_by_the_gateway() {
    let bed = Bed::new().await;
    let live = Live::on(&bed).await;
    for (pointer, value) in [
        (DEPARTURE, "2026-02-29T10:00:00"),
        (DEPARTURE, "2026-03-01T25:00:00"),
        (DEPARTURE, "2026-03-01"),
        (ARRIVAL, "2026-04-31T14:00:00"),
        (ARRIVAL, "2026-03-01T14:00:00+25:00"),
        (CHECK_IN, "2100-02-29"),
        (CHECK_OUT, "2026-03-32"),
        (CHECK_OUT, "2026-03-03T12:00:00"),
    ] {
        let answer = live.book("alice", &changed(&[(pointer, value)])).await;
        assert_eq!(answer.refusal(), (400, "InvalidRequest".to_owned()), "{value}");
        let field = pointer[1..].replace('/', ".");
        assert_eq!(answer.body()["errors"][0]["field"], field, "{value}");
    }
    live.idle().await;
    assert!(bed.fold().await.is_empty());
}

async fn reserve(bed: &Bed, changes: &[(&str, &str)]) -> Result<Value, ErrorCode> {
    let mut task = Booking::new("trip-1").task("alice", "saga-1");
    for (pointer, value) in changes {
        *task["input"].pointer_mut(pointer).unwrap() = json!(value);
    }
    settled(bed, FlightReserve, &task).await
}

/// Dates that exist and contradict each other are the saga's to refuse: the trip is recorded as
/// failed, with the rule, and no supplier is called.
///
/// Breaks when `check_order` is left out (`domain/src/request/rules.rs`).
#[rstest]
#[case(&[(ARRIVAL, "2026-02-28T07:59:59")], "arrival_after_departure")]
#[case(&[(ARRIVAL, "2029-03-01T10:00:00")], "arrival_within_three_days")]
#[case(&[(DEPARTURE, "2026-03-01T10:00Z"), (ARRIVAL, "2026-03-04T11:30+01:00")], "arrival_within_three_days")]
#[case(&[(DEPARTURE, "2026-03-01T10:00:00+09:00"), (ARRIVAL, "2026-03-01T10:30:00+10:00")], "arrival_after_departure")]
#[case(&[(ARRIVAL, "2026-03-01T14:00:00Z")], "offset_on_both")]
#[case(&[(DEPARTURE, "2026-03-01T10:00:00+09:00")], "offset_on_both")]
#[case(&[(CHECK_OUT, "2026-03-01")], "check_out_after_check_in")]
#[case(&[(CHECK_IN, "2028-02-29"), (CHECK_OUT, "2028-02-29")], "check_out_after_check_in")]
#[case(&[(CHECK_OUT, "9999-12-31")], "stay_within_two_years")]
#[tokio::test]
async fn fault_59_dates_that_contradict_each_other_fail_the_trip(
    #[case] changes: &[(&str, &str)],
    #[case] rule: &str,
) {
    let bed = Bed::new().await;
    assert_eq!(reserve(&bed, changes).await, Err(ErrorCode::InvalidRequest));
    let trip = bed.trip(&TripId::parse("trip-1").unwrap()).await.unwrap();
    assert_eq!(trip.state().status, TripStatus::Failed);
    let failure = trip.state().failure.clone().unwrap();
    assert_eq!(failure.errors.iter().map(|error| &error.code).collect::<Vec<_>>(), [rule]);
    assert!(bed.ledger().all().await.unwrap().is_empty());
}

/// Flights across a change of the clocks, a date line or a leap day may land before they took off
/// by the printed times. With offsets those are compared as instants; without, a day and two hours
/// are let pass.
///
/// Breaks when times with offsets are compared as printed (`domain/src/time.rs`).
#[rstest]
#[case(&[(DEPARTURE, "2026-03-29T01:55:00"), (ARRIVAL, "2026-03-29T02:30:00")])]
#[case(&[(DEPARTURE, "2026-10-25T02:30:00+02:00"), (ARRIVAL, "2026-10-25T02:15:00+01:00")])]
#[case(&[(DEPARTURE, "2026-10-25T01:50:00"), (ARRIVAL, "2026-10-25T01:10:00")])]
#[case(&[(DEPARTURE, "2026-03-02T00:30:00+13:00"), (ARRIVAL, "2026-03-01T08:00:00-10:00")])]
#[case(&[(DEPARTURE, "2026-03-01T22:50:00"), (ARRIVAL, "2026-03-01T15:55:00")])]
#[case(&[(DEPARTURE, "2026-03-02T08:00:00"), (ARRIVAL, "2026-03-01T09:00:00")])]
#[case(&[(CHECK_IN, "2028-02-28"), (CHECK_OUT, "2028-02-29")])]
#[tokio::test]
async fn fault_59_flights_across_a_change_of_the_clocks_are_booked_as_printed(
    #[case] changes: &[(&str, &str)],
) {
    let bed = Bed::new().await;
    reserve(&bed, changes).await.unwrap();
    let trip = bed.ask(&Request::get("/trips/trip-1").by("alice")).await.body();
    let mut departure = Booking::new("any").body()["flight_details"]["departure_time"].clone();
    for (pointer, value) in changes {
        if *pointer == DEPARTURE {
            departure = json!(value);
        }
    }
    assert_eq!(trip["flight"]["departure_time"], departure);
}
