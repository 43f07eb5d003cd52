//! A request's two tiers: one answer names every broken rule of a tier.

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
#[case("flight_details.price_amount", json!(50000.5), "format")]
#[case("flight_details.price_amount", json!(1e15), "format")]
#[case("flight_details.price_amount", json!(9_007_199_254_740_993_u64), "format")]
#[case("flight_details.price_amount", json!(-1), "positive")]
#[case("flight_details.price_amount", json!("-1"), "format")]
#[case("amount", json!(0), "positive")]
#[case("amount", json!("0.00"), "positive")]
#[case("flight_details.price_amount", json!(null), "type")]
#[case("flight_details.price_amount", json!("12345678901234567890123456789012345678"), "format")]
#[case("flight_details.price_currency", json!("YEN"), "format")]
#[case("flight_details.price_currency", json!("BGN"), "format")]
#[case("flight_details.price_currency", json!("XAU"), "format")]
#[case("flight_details.flight_number", json!("001234"), "format")]
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

const DEPARTURE: &str = "flight_details.departure_time";
const ARRIVAL: &str = "flight_details.arrival_time";
const CHECK_IN: &str = "hotel_details.check_in_date";
const CHECK_OUT: &str = "hotel_details.check_out_date";

#[rstest]
#[case(&[("amount", json!(1))], &[("amount", "sum_of_prices")])]
#[case(&[(ARRIVAL, json!("2026-02-28T07:59:59"))], &[(ARRIVAL, "arrival_after_departure")])]
#[case(&[(ARRIVAL, json!("2026-03-04T10:00:01"))], &[(ARRIVAL, "arrival_within_three_days")])]
#[case(&[(ARRIVAL, json!("2029-03-01T14:00:00"))], &[(ARRIVAL, "arrival_within_three_days")])]
#[case(&[(ARRIVAL, json!("2026-03-01T14:00:00+09:00"))], &[(ARRIVAL, "offset_on_both")])]
#[case(&[(DEPARTURE, json!("2026-03-01T10:00:00Z"))], &[(ARRIVAL, "offset_on_both")])]
#[case(
    &[(DEPARTURE, json!("2026-03-01T10:00:00Z")), (ARRIVAL, json!("2026-03-01T19:00:00+0900"))],
    &[(ARRIVAL, "arrival_after_departure")]
)]
#[case(&[(CHECK_OUT, json!("2026-03-01"))], &[(CHECK_OUT, "check_out_after_check_in")])]
#[case(&[(CHECK_OUT, json!("2028-03-02"))], &[(CHECK_OUT, "stay_within_two_years")])]
#[case(&[(CHECK_OUT, json!("9999-12-31"))], &[(CHECK_OUT, "stay_within_two_years")])]
#[case(&[("currency", json!("USD"))], &[("currency", "one_currency")])]
#[case(&[("flight_details.price_amount", json!("50000.5"))], &[("flight_details.price_amount", "minor_unit")])]
#[case(
    &[(CHECK_OUT, json!("2026-02-01")), ("amount", json!(1))],
    &[(CHECK_OUT, "check_out_after_check_in"), ("amount", "sum_of_prices")]
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

/// Flights as tickets print them.
#[rstest]
#[case::tokyo_los_angeles("2026-03-01T22:50", "2026-03-01T15:55")]
#[case::tokyo_honolulu("2026-03-01T20:00", "2026-03-01T08:00")]
#[case::apia_pago_pago("2026-03-02T08:00", "2026-03-01T09:00")]
#[case::clocks_going_back("2026-10-25T01:50", "2026-10-25T01:10")]
#[case::as_far_apart_as_clocks_can_be("2026-03-02T12:00", "2026-03-01T10:00")]
#[case::a_hop_into_the_next_zone("2026-03-01T10:00", "2026-03-01T10:00")]
#[case::with_a_stop_for_two_nights("2026-03-01T10:00", "2026-03-04T10:00")]
#[case::across_the_date_line_with_offsets("2026-03-01T23:00:00+09:00", "2026-03-01 16:00:00-0800")]
fn a_flight_lands_when_its_ticket_says(#[case] departure: &str, #[case] arrival: &str) {
    let mut body = valid_body();
    set(&mut body, DEPARTURE, json!(departure));
    set(&mut body, ARRIVAL, json!(arrival));
    let details = BookingRequest::parse(&body).unwrap().details();
    assert!(details.is_ok(), "{details:?}");
}

#[rstest]
#[case(&[(ARRIVAL, "2026-02-28T07:00")], "give both with their UTC offsets")]
#[case(&[(DEPARTURE, "2026-03-01T10:00Z")], "has no UTC offset, and departure_time has one: add it to this")]
#[case(&[(ARRIVAL, "2026-03-01T14:00Z")], "departure_time has none: add it to that")]
#[case(&[(CHECK_OUT, "2026-03-01")], "day use, a stay of the same day without a night, cannot be booked")]
#[case(&[(CHECK_OUT, "2026-02-28")], "must be after check_in_date")]
#[case(&[(CHECK_IN, "1026-03-01")], "at most two years")]
#[case(&[("amount", "1")], "which is 80000")]
fn a_broken_rule_says_what_to_do(#[case] changes: &[(&str, &str)], #[case] said: &str) {
    let mut body = valid_body();
    for (field, value) in changes {
        set(&mut body, field, json!(value));
    }
    let errors = BookingRequest::parse(&body).unwrap().details().unwrap_err();
    assert!(errors[0].detail.contains(said), "{errors:?}");
}

#[rstest]
#[case("2026-02-28", "2028-02-28", true)]
#[case("2024-02-29", "2026-02-28", true)]
#[case("2024-02-29", "2026-03-01", false)]
#[case("9999-12-30", "9999-12-31", true)]
fn a_stay_lasts_two_years_at_most(#[case] from: &str, #[case] to: &str, #[case] is_taken: bool) {
    let mut body = valid_body();
    set(&mut body, CHECK_IN, json!(from));
    set(&mut body, CHECK_OUT, json!(to));
    assert_eq!(BookingRequest::parse(&body).unwrap().details().is_ok(), is_taken);
}

#[test]
fn what_may_be_left_out_may_be_null() {
    let mut body = valid_body();
    set(&mut body, "trip_id", json!(null));
    set(&mut body, "sandbox", json!({"flight": null, "payment_refund": null}));
    let request = BookingRequest::parse(&body).unwrap();
    assert_eq!((request.trip_id.as_ref(), request.sandbox), (None, Some(Default::default())));
    set(&mut body, "sandbox", json!(null));
    assert_eq!(BookingRequest::parse(&body).unwrap().sandbox, None);
}

#[test]
fn a_part_of_a_trip_may_cost_nothing_and_the_trip_may_not() {
    let mut body = valid_body();
    set(&mut body, "flight_details.price_amount", json!(0));
    set(&mut body, "amount", json!(30000));
    let details = BookingRequest::parse(&body).unwrap().details().unwrap();
    assert_eq!(details.flight().price.to_string(), "0 JPY");
}

#[rstest]
#[case("currency", r#""currency":"#)]
#[case("hotel_details.hotel_name", r#""hotel_name":"#)]
#[case("flight_details.flight_number", r#""flight_number":"#)]
fn a_member_that_is_given_twice_is_named(#[case] field: &str, #[case] member: &str) {
    let text = valid_body().to_string().replacen(member, &format!("{member}\"other\",{member}"), 1);
    let errors = BookingRequest::read(&text).unwrap_err();
    assert!(named(&errors).contains(&(field, "repeated_field")), "{errors:?}");
}

#[rstest]
#[case(r#"{"a": 1, "a": 2, "a": 3}"#, &[("a", "unknown_field"), ("a", "repeated_field")])]
#[case(r#"{"sandbox": {"flight": null, "flight": "slow"}}"#, &[("sandbox.flight", "repeated_field")])]
#[case(r#"{"sandbox": {}, "s\u0061ndbox": {}}"#, &[("sandbox", "repeated_field")])]
#[case(r#"{"trip_id": "t", "trip_id": "t"}"#, &[("trip_id", "repeated_field")])]
fn a_member_is_given_twice_at_any_depth_and_in_any_spelling(
    #[case] text: &str,
    #[case] expected: &[(&str, &str)],
) {
    let errors = BookingRequest::read(text).unwrap_err();
    let found: Vec<_> =
        named(&errors).into_iter().filter(|(_, code)| *code != "required").collect();
    assert_eq!(found, expected);
}

#[rstest]
#[case("")]
#[case("{")]
#[case("{} {}")]
#[case(r#"{"trip_id": "\ud800"}"#)]
fn what_is_not_json_is_refused_as_a_whole(#[case] text: &str) {
    assert_eq!(named(&BookingRequest::read(text).unwrap_err()), [("body", "json")]);
}

#[test]
fn one_request_in_two_spellings_is_one_request() {
    let plain = valid_body();
    let spelled = r#"{"currency":"JPY", "amount":"80000.00", "sandbox":null,
        "hotel_details":{"price_currency":"JPY","price_amount":3e4,"check_out_date":"2026-03-03",
            "check_in_date":"2026-03-01","hotel_name":"\u3000Grand Hotel T\u006fkyo "},
        "flight_details":{"price_currency":"JPY","price_amount":50000.0,"arrival_time":"2026-03-01 14:00",
            "departure_time":"2026-03-01T10:00:00.000","flight_number":"nh 1"},
        "trip_id":"trip-0001"}"#;
    let canonical = |request: Result<BookingRequest, _>| {
        Value::Object(
            request.unwrap_or_else(|errors: Vec<FieldError>| panic!("{errors:?}")).canonical(),
        )
    };
    let expected = json!({
        "trip_id": "trip-0001",
        "flight_details": {
            "flight_number": "NH1",
            "departure_time": "2026-03-01T10:00:00",
            "arrival_time": "2026-03-01T14:00:00",
            "price_amount": "50000",
            "price_currency": "JPY"
        },
        "hotel_details": {
            "hotel_name": "Grand Hotel Tokyo",
            "check_in_date": "2026-03-01",
            "check_out_date": "2026-03-03",
            "price_amount": "30000",
            "price_currency": "JPY"
        },
        "amount": "80000",
        "currency": "JPY"
    });
    for found in
        [canonical(BookingRequest::parse(&plain)), canonical(BookingRequest::read(spelled))]
    {
        assert_eq!(found.to_string(), expected.to_string());
    }
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
