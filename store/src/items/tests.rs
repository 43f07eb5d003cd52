//! Every trip survives the way into the tables and back, and leaves nothing behind that it should
//! not.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue as SdkValue;
use domain::TripState;
use proptest::prelude::*;
use serde_dynamo::{AttributeValue, Item};

use super::{FlightItem, HotelItem, Members, Metadata, PaymentItem};
use crate::arbitrary::trip_state;
use crate::view::SearchRow;
use crate::{CodecError, keys, sample};

/// The items of a trip as the SDK would return them: root, flight, hotel, payment.
fn items(trip: &TripState) -> [Option<Item>; 4] {
    let items = [
        Some(Metadata::of(trip).encode()),
        trip.flight.as_ref().map(|flight| FlightItem::encode(trip, flight)),
        trip.hotel.as_ref().map(|hotel| HotelItem::encode(trip, hotel)),
        trip.payment.as_ref().map(|payment| PaymentItem::encode(trip, payment)),
    ];
    items.map(|item| item.map(|item| through_the_sdk(item.unwrap())))
}

fn through_the_sdk(item: Item) -> Item {
    let item: HashMap<String, SdkValue> = item.into();
    item.into()
}

fn restore([root, flight, hotel, payment]: [Option<Item>; 4]) -> TripState {
    let members = Members {
        flight: flight.map(|item| FlightItem::decode(item).unwrap()),
        hotel: hotel.map(|item| HotelItem::decode(item).unwrap()),
        payment: payment.map(|item| PaymentItem::decode(item).unwrap()),
    };
    Metadata::decode(root.unwrap()).unwrap().into_trip(members).unwrap()
}

fn holds_null(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::Null(_) => true,
        AttributeValue::L(values) => values.iter().any(holds_null),
        AttributeValue::M(values) => values.values().any(holds_null),
        _ => false,
    }
}

proptest! {
    #[test]
    fn a_trip_is_restored_as_it_was(trip in trip_state()) {
        prop_assert_eq!(restore(items(&trip)), trip);
    }

    #[test]
    fn no_item_holds_a_null(trip in trip_state()) {
        for item in items(&trip).iter().flatten() {
            prop_assert!(!item.values().any(holds_null), "{item:?}");
        }
    }

    #[test]
    fn a_trip_stands_in_the_index_of_open_work_exactly_while_it_is_in_flight(trip in trip_state()) {
        let [root, members @ ..] = items(&trip);
        let root = root.unwrap();
        prop_assert_eq!(root.contains_key(keys::GSI1_PK), !trip.status.is_terminal());
        prop_assert_eq!(root.contains_key(keys::GSI1_SK), !trip.status.is_terminal());
        prop_assert!(members.iter().flatten().all(|item| !item.contains_key(keys::GSI1_PK)));
    }

    #[test]
    fn the_view_reads_from_the_root_item_what_a_fold_of_the_trip_gives(trip in trip_state()) {
        let [root, ..] = items(&trip);
        prop_assert_eq!(SearchRow::from_item(root.unwrap()).unwrap(), SearchRow::from_trip(&trip));
    }

    #[test]
    fn a_row_of_the_view_reads_back(trip in trip_state()) {
        let row = SearchRow::from_trip(&trip);
        let item = through_the_sdk(row.to_row().unwrap());
        prop_assert_eq!(item.contains_key("departure_key"), trip.asked.departure().is_some());
        prop_assert_eq!(item.contains_key("status_month"), trip.asked.departure().is_some());
        prop_assert_eq!(SearchRow::from_row(item).unwrap(), row);
    }
}

fn root_with(name: &str, value: AttributeValue) -> Item {
    let [root, ..] = items(sample::first_change().trip.state());
    let mut root = root.unwrap();
    root.insert(name.to_owned(), value);
    root
}

#[test]
fn an_unknown_schema_version_is_an_error_and_never_a_guess() {
    let item = root_with("schema_version", AttributeValue::N("2".to_owned()));
    let error = SearchRow::from_item(item).unwrap_err();
    assert!(matches!(&error, CodecError::SchemaVersion { found, .. } if found == "2"), "{error}");
}

#[test]
fn an_item_of_another_kind_is_refused() {
    let [_, flight, ..] = items(sample::first_change().trip.state());
    let error = SearchRow::from_item(flight.unwrap()).unwrap_err();
    assert!(matches!(error, CodecError::EntityType { expected: "Trip", .. }), "{error}");
}

#[test]
fn attributes_of_a_later_release_are_passed_over() {
    let item = root_with("loyalty_number", AttributeValue::B(vec![1, 2, 3]));
    assert_eq!(Metadata::decode(item).unwrap(), Metadata::of(sample::first_change().trip.state()));
}

#[test]
fn details_that_contradict_one_another_are_an_error() {
    let price = [("value", "1"), ("currency", "JPY")]
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())));
    let item = root_with("hotel_price", AttributeValue::M(price.into()));
    let error = Metadata::decode(item).unwrap().into_trip(Members::default()).unwrap_err();
    assert!(matches!(error, CodecError::Contradiction(_)), "{error}");
}

/// A booking made under earlier rules: none of it could be booked today.
#[test]
fn what_earlier_releases_stored_is_read() {
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let money = |value: &str| {
        let members = [("value", value), ("currency", "XDR")];
        AttributeValue::M(members.map(|(name, value)| (name.to_owned(), text(value))).into())
    };
    let mut item = root_with("flight_number", text("001234"));
    for (name, value) in [
        ("departure_time", text("2023-03-01T10:00:00")),
        ("arrival_time", text("2026-03-01T14:00:00+09:00")),
        ("check_out_date", text("9999-12-31")),
        ("amount", money("80000")),
        ("flight_price", money("50000")),
        ("hotel_price", money("30000")),
    ] {
        assert!(item.insert(name.to_owned(), value).is_some(), "{name}");
    }
    let trip = Metadata::decode(item).unwrap().into_trip(Members::default()).unwrap();
    let details = trip.details().unwrap();
    assert_eq!(details.flight().number.to_string(), "001234");
    assert_eq!(details.hotel().check_out.to_string(), "9999-12-31");
    assert_eq!(details.total().to_string(), "80000 XDR");
}

#[test]
fn a_stored_amount_is_shown_with_the_decimals_of_its_currency() {
    let members = [("value", "100.1"), ("currency", "USD")];
    let members =
        members.map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())));
    let item = root_with("amount", AttributeValue::M(members.into()));
    let row = SearchRow::from_item(item).unwrap();
    assert_eq!(serde_json::to_value(&row).unwrap()["amount"]["value"], "100.10");
}

#[test]
fn half_of_the_details_is_an_error() {
    let mut item = root_with("version", AttributeValue::N("1".to_owned()));
    item.remove("hotel_name");
    let error = Metadata::decode(item).unwrap().into_trip(Members::default()).unwrap_err();
    assert!(matches!(error, CodecError::Missing("hotel_name")), "{error}");
}
