//! Where an upcaster stands: a second version of a type, which no release publishes, read beside
//! the first.

use std::fs;
use std::path::Path;

use domain::Envelope;
use serde::Deserialize;
use serde_json::{Value, json};

/// A stay as a subscriber works with it: the form of the newest version.
#[derive(Debug, PartialEq, Deserialize)]
struct HotelReserved {
    hotel_name: String,
    stay: Stay,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Stay {
    check_in: String,
    check_out: String,
}

/// The first version's `data`. It stays as long as an event of it may be read.
#[derive(Deserialize)]
struct HotelReservedV1 {
    hotel_name: String,
    check_in_date: String,
    check_out_date: String,
}

/// Any version of the event: `type` says how `data` is to be read.
#[derive(Deserialize)]
#[serde(tag = "type", content = "data")]
enum Published {
    #[serde(rename = "hotel.reserved.v1")]
    V1(HotelReservedV1),
    #[serde(rename = "hotel.reserved.v2")]
    V2(HotelReserved),
}

/// The upcaster: an older version becomes the newest one where it is read, and nothing behind that
/// knows that it ever looked otherwise.
impl From<Published> for HotelReserved {
    fn from(published: Published) -> Self {
        match published {
            Published::V1(first) => Self {
                hotel_name: first.hotel_name,
                stay: Stay { check_in: first.check_in_date, check_out: first.check_out_date },
            },
            Published::V2(newest) => newest,
        }
    }
}

/// Every sample of the first version that was ever published.
fn samples() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/events/samples");
    let files = ["", "earlier"].map(|of| fs::read_dir(folder.join(of)).unwrap());
    let files = files.into_iter().flatten().map(|file| file.unwrap().path());
    let of_type = |path: &std::path::PathBuf| {
        path.file_name().unwrap().to_str().unwrap().starts_with("hotel.reserved.v1.")
    };
    let read = |path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    files.filter(of_type).map(read).collect()
}

/// An event as a release would publish it that moves the dates into `stay`.
fn second_version() -> Value {
    let mut event = samples().remove(0);
    event["type"] = json!("hotel.reserved.v2");
    event["data"] = json!({
        "hotel_name": "Grand Hotel Tokyo",
        "stay": { "check_in": "2026-03-01", "check_out": "2026-03-03" },
        "added_later": true,
    });
    event
}

#[test]
fn a_second_version_is_read_beside_every_sample_of_the_first() {
    let expected = || HotelReserved {
        hotel_name: "Grand Hotel Tokyo".to_owned(),
        stay: Stay { check_in: "2026-03-01".to_owned(), check_out: "2026-03-03".to_owned() },
    };
    let events: Vec<_> = samples().into_iter().chain([second_version()]).collect();
    assert!(events.len() > 3, "{events:?}");
    for event in events {
        let read: Published = serde_json::from_value(event.clone()).unwrap();
        assert_eq!(HotelReserved::from(read), expected(), "{event}");
    }
}

/// The timeline shows an event of any version: it reads the envelope, and passes `data` on.
#[test]
fn the_timeline_reads_a_version_that_is_newer_than_itself() {
    let newer = second_version();
    let read: Envelope = serde_json::from_value(newer.clone()).unwrap();
    assert_eq!((read.event_type.as_str(), &read.data), ("hotel.reserved.v2", &newer["data"]));
}
