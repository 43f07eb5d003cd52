//! Search over the view: against a filter over a list, at its limits, and by the shape of its rows.

use domain::TripStatus::{self, Cancelled, Confirmed, Failed, Pending};
use serde_json::json;

use super::searched::{Question, trips};
use super::trips::{asked_for, confirmed, tombstone};
use super::world::{As, World};

const WINDOWS: [(&str, &str); 5] = [
    ("2025-11-01T00:00", "2026-03-31T23:59"),
    ("2025-12-08T12:00", "2026-01-09T00:00"),
    ("2026-01-01T00:00", "2026-01-31T23:59"),
    ("2026-02-12T12:00", "2026-02-12T12:00"),
    ("2027-01-01T00:00", "2027-12-31T23:59"),
];

/// Every combination of whose trips, which statuses, which window, which order and how many.
fn questions() -> Vec<Question> {
    let several = vec![Confirmed, Failed, Cancelled];
    let scopes: [(Option<&'static str>, Vec<TripStatus>); 5] = [
        (None, vec![Confirmed]),
        (None, several.clone()),
        (None, TripStatus::ALL.to_vec()),
        (Some("2"), vec![]),
        (Some("2"), several),
    ];
    let mut questions = Vec::new();
    for (customer, statuses) in scopes {
        for (from, to) in WINDOWS {
            for (descending, limit) in [(false, 100), (true, 100), (false, 3), (true, 7)] {
                let statuses = statuses.clone();
                questions.push(Question { customer, statuses, from, to, descending, limit });
            }
        }
    }
    questions
}

#[tokio::test]
async fn search_finds_what_a_filter_over_all_trips_finds_in_the_same_order() {
    let (world, trips) = (World::new().await, trips());
    world.project(&trips).await;
    let mut answered = 0;
    for question in questions() {
        let answer = world.get(As::Operator, "/trips", &question.parameters()).await;
        let (expected, more) = question.answer(&trips);
        assert_eq!(answer.trips(), expected, "{question:?}");
        assert_eq!(answer.next_cursor().is_some(), more, "{question:?}");
        answered += usize::from(!expected.is_empty());
    }
    assert!(answered * 2 > questions().len(), "most questions must have an answer: {answered}");
}

#[tokio::test]
async fn a_page_is_bounded_and_says_that_there_is_more() {
    let world = World::new().await;
    let trip = |n| asked_for(&format!("trip-{n:03}"), "1", Confirmed, "2026-03-01T10:00:00");
    world.project(&(0..101).map(trip).collect::<Vec<_>>()).await;
    for (query, count) in [("", 25), ("limit=1", 1), ("limit=100", 100)] {
        let answer = world.get(As::Customer("1"), "/trips", query).await;
        assert_eq!((answer.trips().len(), answer.next_cursor().is_some()), (count, true));
    }
    let before = world.get(As::Customer("1"), "/trips", "to=2026-03-01T09:59").await;
    assert_eq!((before.trips().len(), before.next_cursor()), (0, None));
}

#[tokio::test]
async fn a_page_that_is_exactly_full_is_the_last() {
    let world = World::new().await;
    let trip = |n| asked_for(&format!("trip-{n}"), "1", Confirmed, "2026-03-01T10:00:00");
    world.project(&(0..5).map(trip).collect::<Vec<_>>()).await;
    for (caller, query) in
        [(As::Customer("1"), "limit=5"), (As::Operator, "limit=5&status=CONFIRMED,FAILED")]
    {
        let answer = world.get(caller, "/trips", query).await;
        assert_eq!((answer.trips().len(), answer.next_cursor()), (5, None));
    }
}

#[tokio::test]
async fn without_a_window_the_past_year_and_the_next_two_are_searched() {
    let world = World::new().await;
    let trip = |departure: &str| asked_for(&departure[..10], "1", Cancelled, departure);
    let departures = [
        "2025-01-14T23:59:00",
        "2025-01-15T00:00:00",
        "2028-01-15T23:59:00",
        "2028-01-16T00:00:00",
    ];
    world.project(&departures.map(trip)).await;
    for (caller, query) in [(As::Customer("1"), ""), (As::Operator, "status=CANCELLED")] {
        let answer = world.get(caller, "/trips", query).await;
        assert_eq!(answer.trips(), ["2025-01-15", "2028-01-15"]);
    }
}

#[tokio::test]
async fn departures_are_compared_as_printed_whatever_their_offset() {
    let world = World::new().await;
    let trip = |id, departure| asked_for(id, "1", Confirmed, departure);
    let trips =
        [trip("tokyo", "2026-03-01T00:30:00+09:00"), trip("lima", "2026-02-28T23:30:00-05:00")];
    world.project(&trips).await;
    let march = world.get(As::Customer("1"), "/trips", "from=2026-03-01&to=2026-03-01").await;
    assert_eq!(march.trips(), ["tokyo"]);
}

#[tokio::test]
async fn a_trip_without_a_departure_is_in_no_search() {
    let world = World::new().await;
    world.project(&[tombstone("trip-1", "1", Failed)]).await;
    for (caller, query) in [(As::Customer("1"), ""), (As::Operator, "status=FAILED")] {
        assert!(world.get(caller, "/trips", query).await.trips().is_empty());
    }
}

#[tokio::test]
async fn a_row_is_the_trips_summary_without_keys() {
    let world = World::new().await;
    world.project(&[confirmed("trip-1", "1")]).await;
    let answer = world.get(As::Customer("1"), "/trips", "").await;
    let body = answer.body();
    let row = body["trips"][0].as_object().unwrap();
    for (name, expected) in [
        ("status", json!("CONFIRMED")),
        ("departure_time", json!("2026-03-01T10:00:00")),
        ("amount", json!({"value": "800.50", "currency": "EUR"})),
        ("payment_status", json!("CAPTURED")),
    ] {
        assert_eq!(row.get(name), Some(&expected), "{name}");
    }
    for name in ["status_month", "departure_key", "entity_type", "schema_version", "saga_id"] {
        assert_eq!(row.get(name), None, "{name}");
    }
}

#[tokio::test]
async fn a_trip_that_moved_on_is_found_under_its_new_status_only() {
    let world = World::new().await;
    let mut trip = asked_for("trip-1", "1", Pending, "2026-03-01T10:00:00");
    world.project(&[trip.clone()]).await;
    (trip.status, trip.version) = (Confirmed, 2);
    world.project(&[trip]).await;
    let find = async |status: TripStatus| {
        let answer = world.get(As::Operator, "/trips", &format!("status={status}")).await;
        answer.trips().len()
    };
    assert_eq!((find(Pending).await, find(Confirmed).await), (0, 1));
}
