//! A request's two tiers: every broken rule of one tier is named at once.

use domain::FieldError;
use domain::request::{BookingRequest, SandboxStep, Trouble};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::support::valid_body;

fn set(body: &mut Value, path: &str, value: Value) {
    match path.split_once('.') {
        Some((part, field)) => body[part][field] = value,
        None => body[path] = value,
    }
}

fn unset(body: &mut Value, path: &str) {
    let (object, field) = match path.split_once('.') {
        Some((part, field)) => (&mut body[part], field),
        None => (&mut *body, path),
    };
    object.as_object_mut().unwrap().remove(field);
}

fn named(errors: &[FieldError]) -> Vec<(&str, &str)> {
    errors.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect()
}

const REQUIRED: [&str; 14] = [
    "flight_details",
    "flight_details.flight_number",
    "flight_details.departure_time",
    "flight_details.arrival_time",
    "flight_details.price_amount",
    "flight_details.price_currency",
    "hotel_details",
    "hotel_details.hotel_name",
    "hotel_details.check_in_date",
    "hotel_details.check_out_date",
    "hotel_details.price_amount",
    "hotel_details.price_currency",
    "amount",
    "currency",
];

#[test]
fn each_required_field_is_missed_by_name() {
    for field in REQUIRED {
        let mut body = valid_body();
        unset(&mut body, field);
        let errors = BookingRequest::parse(&body).unwrap_err();
        assert_eq!(named(&errors), [(field, "required")]);
    }
}

#[rstest]
#[case("trip_id", json!("no spaces"), "format")]
#[case("flight_details", json!("NH001"), "type")]
#[case("flight_details.flight_number", json!("ANA-1"), "format")]
#[case("flight_details.departure_time", json!("2026-02-30T10:00:00"), "format")]
#[case("flight_details.price_amount", json!(50000.0), "format")]
#[case("flight_details.price_amount", json!(1e2), "format")]
#[case("flight_details.price_amount", json!(9_007_199_254_740_993_u64), "format")]
#[case("flight_details.price_amount", json!(-1), "format")]
#[case("flight_details.price_amount", json!(0), "positive")]
#[case("flight_details.price_amount", json!(null), "type")]
#[case("flight_details.price_amount", json!("12345678901234567890123456789012345678"), "format")]
#[case("flight_details.price_currency", json!("YEN"), "format")]
#[case("flight_details.cabin", json!("first"), "unknown_field")]
#[case("hotel_details.hotel_name", json!("  "), "format")]
#[case("hotel_details.check_in_date", json!("2026-3-1"), "format")]
#[case("customer_id", json!("somebody-else"), "unknown_field")]
#[case("card_number", json!("4111111111111111"), "unknown_field")]
#[case("sandbox.payment", json!("explode"), "format")]
#[case("sandbox.payment_refund", json!("declined"), "format")]
#[case("sandbox.payment", json!("error:0"), "format")]
#[case("sandbox.train", json!("error"), "unknown_field")]
fn a_field_of_the_wrong_shape_is_named(
    #[case] field: &str,
    #[case] value: Value,
    #[case] code: &str,
) {
    let mut body = valid_body();
    set(&mut body, field, value);
    let errors = BookingRequest::parse(&body).unwrap_err();
    assert_eq!(named(&errors), [(field, code)]);
}

#[test]
fn three_mistakes_of_shape_name_three_fields() {
    let mut body = valid_body();
    set(&mut body, "flight_details.flight_number", json!(1));
    set(&mut body, "hotel_details.check_in_date", json!("tomorrow"));
    unset(&mut body, "currency");
    let errors = BookingRequest::parse(&body).unwrap_err();
    let expected = [
        ("flight_details.flight_number", "type"),
        ("hotel_details.check_in_date", "format"),
        ("currency", "required"),
    ];
    assert_eq!(named(&errors), expected);
}

#[rstest]
#[case(&[("amount", json!(1))], &[("amount", "sum_of_prices")])]
#[case(&[("flight_details.arrival_time", json!("2026-03-01T10:00:00"))], &[("flight_details.arrival_time", "arrival_after_departure")])]
#[case(&[("flight_details.arrival_time", json!("2026-03-01T14:00:00+09:00"))], &[("flight_details.arrival_time", "offset_on_both")])]
#[case(&[("hotel_details.check_out_date", json!("2026-03-01"))], &[("hotel_details.check_out_date", "check_out_after_check_in")])]
#[case(&[("currency", json!("USD"))], &[("currency", "one_currency")])]
#[case(&[("flight_details.price_amount", json!("50000.5"))], &[("flight_details.price_amount", "minor_unit")])]
#[case(
    &[("hotel_details.check_out_date", json!("2026-02-01")), ("amount", json!(1))],
    &[("hotel_details.check_out_date", "check_out_after_check_in"), ("amount", "sum_of_prices")]
)]
fn every_broken_rule_is_named(
    #[case] changes: &[(&str, Value)],
    #[case] expected: &[(&str, &str)],
) {
    let mut body = valid_body();
    for (field, value) in changes {
        set(&mut body, field, value.clone());
    }
    let errors = BookingRequest::parse(&body).unwrap().details().unwrap_err();
    assert_eq!(named(&errors), expected);
}

#[test]
fn a_westward_flight_may_arrive_before_it_departs_by_the_clock() {
    let mut body = valid_body();
    set(&mut body, "flight_details.departure_time", json!("2026-03-01T23:00:00+09:00"));
    set(&mut body, "flight_details.arrival_time", json!("2026-03-01T16:00:00-08:00"));
    assert!(BookingRequest::parse(&body).unwrap().details().is_ok());
}

#[test]
fn a_body_of_unknown_fields_is_answered_within_bounds() {
    let fields = (0..10_000).map(|index| (format!("field-{index}"), json!(1)));
    let body = Value::Object(fields.collect());
    assert_eq!(BookingRequest::parse(&body).unwrap_err().len(), 50);
}

#[test]
fn a_sandbox_behaviour_lasts_for_the_attempts_it_names() {
    let mut body = valid_body();
    set(&mut body, "sandbox.payment", json!("error:2"));
    let request = BookingRequest::parse(&body).unwrap();
    let behaviour = request.sandbox.unwrap().behaviour(SandboxStep::Payment).unwrap();
    assert_eq!((behaviour.trouble, behaviour.attempts), (Trouble::Error, Some(2)));
}

proptest! {
    #[test]
    fn cents_add_up_exactly(flight in 1_u64..10_u64.pow(14), hotel in 1_u64..10_u64.pow(14)) {
        let cents = |amount: u64| json!(format!("{}.{:02}", amount / 100, amount % 100));
        let mut body = valid_body();
        for (field, amount) in [("flight_details", flight), ("hotel_details", hotel)] {
            body[field]["price_amount"] = cents(amount);
            body[field]["price_currency"] = json!("USD");
        }
        body["amount"] = cents(flight + hotel);
        body["currency"] = json!("USD");
        let details = BookingRequest::parse(&body).unwrap().details();
        prop_assert!(details.is_ok(), "{details:?}");
    }

    #[test]
    fn no_text_in_any_field_panics(field in prop::sample::select(&REQUIRED[..]), text in ".*") {
        let mut body = valid_body();
        set(&mut body, field, json!(text));
        let _either_way = BookingRequest::parse(&body).map(|request| request.details());
    }
}
