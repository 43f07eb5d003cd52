//! A booking from start to end, seen through every command.

use serde_json::{Value, json};

use super::process::{Process, eventually};
use super::system::{System, booking};

/// The events of a successful booking.
const CONFIRMED: [&str; 4] =
    ["flight.reserved.v1", "hotel.reserved.v1", "payment.captured.v1", "trip.confirmed.v1"];
/// The events of its later cancellation.
const CANCELLED: [&str; 4] =
    ["payment.refunded.v1", "hotel.cancelled.v1", "flight.cancelled.v1", "trip.cancelled.v1"];

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

/// The envelopes of a timeline.
fn published(timeline: &Value) -> Vec<Value> {
    let entries = timeline["events"].as_array().unwrap().iter();
    entries.map(|entry| entry["event"].clone()).collect()
}

fn wait_for(system: &System, status: &str) {
    eventually(status, || (system.json("get t-1")["status"] == status).then_some(()));
}

#[test]
fn a_trip_is_booked_looked_at_found_and_cancelled() {
    let system = System::start();
    let booked = system.trip_with("book - --wait", &booking("t-1"));
    assert_eq!(booked.code, Some(0), "{booked:?}");
    assert!(booked.stdout.starts_with("t-1  CONFIRMED  80000 JPY\n"), "{booked:?}");
    assert!(booked.stdout.contains("Hôtel d'Été  2031-03-01 → 2031-03-03"), "{booked:?}");

    let timeline = system.json("timeline t-1");
    assert_eq!(types(&published(&timeline)), CONFIRMED);

    let search = "search --status confirmed --from 2031-03-01 --to 2031-03-01";
    let found = eventually("the row", || {
        let found = system.json(search);
        (found["count"] == 1).then_some(found)
    });
    assert_eq!(found["trips"][0]["trip_id"], "t-1");
    assert!(system.trip(search).stdout.contains("2031-03-01 10:00"));

    let answer = system.trip(&format!("{search} --all --json")).stdout;
    assert_eq!(
        serde_json::from_str::<Value>(&answer).unwrap(),
        found,
        "the only page is the first"
    );

    let cancelled = system.trip("cancel t-1");
    assert_eq!(cancelled.code, Some(0), "{cancelled:?}");
    wait_for(&system, "CANCELLED");
    let timeline = system.json("timeline t-1");
    assert_eq!(types(&published(&timeline)), [CONFIRMED, CANCELLED].concat());

    let verified = system.json("verify");
    assert_eq!(verified, json!({"trips": 1, "rows": 1, "differences": []}));
    assert_eq!(system.trip("verify --trip t-1").stdout, "1 trip, 1 row: no difference\n");
}

#[test]
fn a_booking_that_comes_to_nothing_says_why_and_exits_with_1() {
    let system = System::start();
    let mut sold_out = booking("t-1");
    sold_out["sandbox"] = json!({"hotel": "unavailable"});
    let booked = system.trip_with("book - --wait", &sold_out);
    assert_eq!(booked.code, Some(1));
    assert!(booked.stdout.contains("HotelUnavailable"), "{booked:?}");
    assert!(booked.stdout.contains("docs/errors/HotelUnavailable.md"), "{booked:?}");
}

#[test]
fn a_booking_that_is_not_waited_for_says_how_to_follow_it() {
    let system = System::start();
    let booked = system.trip_with("book -", &booking("t-1"));
    assert_eq!(booked.code, Some(0));
    assert!(booked.stdout.contains("trip get t-1"), "{booked:?}");
    let answer = system.trip_with("book - --json", &booking("t-2")).stdout;
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["status"], "PENDING");
}

#[test]
fn events_are_followed_from_the_archive_on_as_they_come() {
    let system = System::start();
    system.confirmed("t-1");
    let tail = Process::spawn(system.command("events tail --since 1h --limit 8 --json"));
    system.confirmed("t-2");
    let followed = tail.end();
    assert_eq!(followed.code, Some(0), "{followed:?}");
    let lines = followed.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
    let events: Vec<Value> = lines.map(|line: Value| line["event"]["detail"].clone()).collect();
    let of = |trip: &str| events.iter().filter(|e| e["subject"] == trip).cloned().collect();
    for trip in ["t-1", "t-2"] {
        let mut events: Vec<Value> = of(trip);
        events.sort_by_key(|event| event["sequence"].to_string());
        assert_eq!(types(&events), CONFIRMED, "{trip}");
    }
}

#[test]
fn events_are_narrowed_to_a_pattern() {
    let system = System::start();
    system.confirmed("t-1");
    let tail = r#"events tail --no-follow --pattern {"detail-type":["trip.confirmed.v1"]}"#;
    let line = eventually("the event", || {
        let tail = system.trip(tail);
        assert_eq!(tail.code, Some(0), "{tail:?}");
        (!tail.stdout.is_empty()).then_some(tail.stdout)
    });
    assert!(
        line.ends_with("  trip.confirmed.v1    t-1 4\n") && line.lines().count() == 1,
        "{line}"
    );
}

/// An id as random bytes in base64url may look: every command accepts it, and a command that the
/// output suggests works as printed.
#[test]
fn a_trip_whose_id_begins_with_a_dash_is_followed_as_the_output_suggests() {
    let system = System::start();
    for id in ["-V1_abc", "--json"] {
        let booked = system.trip_with("book -", &booking(id));
        assert_eq!(booked.code, Some(0), "{booked:?}");
        wait_for_end(&system, id);
        let hints: Vec<_> =
            booked.stdout.lines().filter_map(|line| line.strip_prefix("  trip ")).collect();
        assert_eq!(hints.len(), 2, "{booked:?}");
        for hint in hints.into_iter().chain([&*format!("verify --trip={id}")]) {
            let followed = system.trip(hint);
            assert_eq!(followed.code, Some(0), "{hint}: {followed:?}");
        }
    }
    for line in [
        "get -V1_abc",
        "timeline -V1_abc",
        "verify --trip -V1_abc",
        "rebuild --trip -V1_abc",
        "cancel -V1_abc",
    ] {
        assert_eq!(system.trip(line).code, Some(0), "{line}");
    }
}

fn wait_for_end(system: &System, id: &str) {
    eventually("the end of the booking and its row", || {
        let get = system.trip(&format!("get -- {id}"));
        let verify = system.trip(&format!("verify --trip={id}"));
        (get.stdout.contains("CONFIRMED") && verify.code == Some(0)).then_some(())
    });
}

/// A hotel's name is shown as booked, but cannot reverse the line that contains it, for a person or
/// in JSON.
#[test]
fn a_name_cannot_act_on_the_output_around_it() {
    let system = System::start();
    let mut body = booking("t-1");
    let name = "Grand\u{202e}letoH\u{2066}\u{200b}";
    body["hotel_details"]["hotel_name"] = json!(name);
    let booked = system.trip_with("book - --wait", &body);
    assert_eq!(booked.code, Some(0), "{booked:?}");
    let escaped = r"Grand\u{202e}letoH\u{2066}\u{200b}";
    assert!(booked.stdout.contains(escaped), "{booked:?}");
    let found = eventually("the row", || {
        let found = system.trip("search --status confirmed --from 2031-03-01");
        found.stdout.contains("t-1").then_some(found.stdout)
    });
    assert!(found.contains(escaped), "{found}");
    let json = system.trip("get t-1 --json").stdout;
    assert!(json.contains(r"\u202e") && !json.contains('\u{202e}'), "{json}");
    assert_eq!(system.json("get t-1")["hotel"]["hotel_name"], name);
}
