//! Text of every kind as a hotel's name: composed or not, from right to left, in emoji.

use bed::{Bed, Booking, Request};
use domain::details::HotelName;
use domain::request::BookingRequest;
use domain::{ErrorCode, TripId};
use saga::Operation::{FlightReserve, HotelReserve};
use serde_json::{Value, json};

use super::steps::settled;
use crate::faults::schedules;

const COMPOSED: &str = "H\u{f4}tel d'\u{c9}t\u{e9}";
const DECOMPOSED: &str = "Ho\u{302}tel d'E\u{301}te\u{301}";

/// Names that are kept as they are written.
fn names() -> Vec<String> {
    let names = [
        COMPOSED,
        DECOMPOSED,
        "🏨",
        "👨‍👩‍👧‍👦 Family Inn 🏳️‍🌈 🇯🇵",
        "فندق القدس (القديم)",
        "מלון דן 5*",
        "Hotel \u{200f}אבג\u{200e} \u{202b}abc\u{202c}",
        "𠮷野家 ㍿ ﾎﾃﾙ",
        "Z\u{334}\u{31b}a\u{337}l\u{336}g\u{335}o",
        "line\u{2028}separator",
        "\\\"'</script>{{}}$.%00#",
    ];
    let longest = "🏨".repeat(100);
    names.map(str::to_owned).into_iter().chain([longest]).collect()
}

fn task(trip: &str, name: &str) -> Value {
    let mut task = Booking::new(trip).task("alice", "saga-1");
    task["input"]["hotel_details"]["hotel_name"] = json!(name);
    task
}

/// The name in the image of a trip's root item, as the stream shows it.
fn streamed<'a>(records: &'a [Value], trip: &str) -> Option<&'a str> {
    let of_trip = |record: &&Value| record["dynamodb"]["Keys"]["PK"]["S"] == format!("TRIP#{trip}");
    records.iter().rfind(of_trip)?["dynamodb"]["NewImage"]["hotel_name"]["S"].as_str()
}

/// A name is written, read back, streamed, published and found. Everywhere it is what was sent,
/// code point by code point: nothing is normalised, cased or reordered.
#[tokio::test]
async fn fault_58_a_name_in_any_script_is_the_same_everywhere() {
    let (bed, names) = (Bed::new().await, names());
    schedules(58, names.len());
    for (n, name) in names.iter().enumerate() {
        for operation in [FlightReserve, HotelReserve] {
            settled(&bed, operation, &task(&format!("trip-{n}"), name)).await.unwrap();
        }
    }
    // Each step commits the trip, one of its members and an event.
    let capture = bed.capture(names.len() * 6).await;
    bed.dispatch(&capture.events()).await.unwrap();
    bed.project(&capture.trips()).await.unwrap();
    for (n, name) in names.iter().enumerate() {
        let trip = TripId::parse(&format!("trip-{n}")).unwrap();
        let written = bed.trip(&trip).await.unwrap().state().details().cloned().unwrap();
        assert_eq!(written.hotel().name.to_string(), *name);
        assert_eq!(streamed(&capture.trips(), trip.as_str()), Some(name.as_str()));
        let published = bed.bus.published_of(&trip).await;
        let told = |event: &&Value| event["type"] == "hotel.reserved.v1";
        assert_eq!(published.iter().find(told).unwrap()["data"]["hotel_name"], **name);
        let read = bed.ask(&Request::get(&format!("/trips/{trip}")).by("alice")).await.body();
        assert_eq!(read["hotel"]["hotel_name"], **name);
    }
    let found = bed.ask(&Request::get("/trips").by("alice").with("limit", "100")).await.body();
    let rows = found["trips"].as_array().unwrap();
    assert_eq!(rows.len(), names.len());
    for row in rows {
        let n: usize = row["trip_id"].as_str().unwrap()["trip-".len()..].parse().unwrap();
        assert_eq!(row["hotel_name"], *names[n]);
    }
}

/// Composed and decomposed letters look alike and are two names. Under one trip id the second is
/// another request, which conflicts; the first, sent again, is the same one.
#[tokio::test]
async fn fault_58_two_forms_of_one_letter_are_two_names() {
    let bed = Bed::new().await;
    let reserve = async |name| settled(&bed, FlightReserve, &task("trip-1", name)).await;
    let first = reserve(COMPOSED).await;
    assert!(first.is_ok(), "{first:?}");
    assert_eq!(reserve(COMPOSED).await, first);
    assert_eq!(reserve(DECOMPOSED).await, Err(ErrorCode::TripConflict));
    let trip = bed.trip(&TripId::parse("trip-1").unwrap()).await.unwrap();
    assert_eq!(trip.state().details().cloned().unwrap().hotel().name.to_string(), COMPOSED);
}

/// The one rule: white space around a name is taken away, then it has 1 to 100 code points, none of
/// them a control character.
#[test]
fn fault_58_the_rule_for_names_is_one_for_all_scripts() {
    let read = |name: &str| {
        let mut body = Booking::new("trip-1").body().clone();
        body["hotel_details"]["hotel_name"] = json!(name);
        let request = BookingRequest::parse(&body).map_err(|errors| errors[0].field.clone())?;
        Ok::<_, String>(request.details().unwrap().hotel().name.to_string())
    };
    let refused = Err("hotel_details.hotel_name".to_owned());
    for blank in ["", "  ", "\u{3000}\u{2003}", "\u{2028}", "\t\n"] {
        assert_eq!(read(blank), refused, "{blank:?}");
    }
    for control in ["a\0b", "a\nb", "a\u{7f}b", "a\u{85}b", "a\u{9b}31mb"] {
        assert_eq!(read(control), refused, "{control:?}");
    }
    assert_eq!(read("\u{3000}ホテル\u{3000}"), Ok("ホテル".to_owned()));
    assert_eq!(read(&"🏨".repeat(101)), refused);
    // A hundred code points, though far fewer letters and far more bytes.
    assert_eq!(read(&"e\u{301}".repeat(50)), Ok("e\u{301}".repeat(50)));
    assert!(HotelName::parse(&"👨‍👩‍👧‍👦".repeat(15)).is_err());
}
