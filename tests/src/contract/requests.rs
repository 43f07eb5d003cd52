//! Bookings as real clients send them, and the exact answer to each.

use bed::Booking;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::live::{By, Live};

const OWNER: By = By::Customer("1");

const NUMBER: &str = "flight_details.flight_number";
const DEPARTURE: &str = "flight_details.departure_time";
const ARRIVAL: &str = "flight_details.arrival_time";
const FARE: &str = "flight_details.price_amount";
const FARE_CURRENCY: &str = "flight_details.price_currency";
const CHECK_IN: &str = "hotel_details.check_in_date";
const CHECK_OUT: &str = "hotel_details.check_out_date";
const RATE: &str = "hotel_details.price_amount";
const RATE_CURRENCY: &str = "hotel_details.price_currency";

const TIME: &str = "must be a real date and time written YYYY-MM-DDThh:mm:ss, with or without an offset such as +09:00";
const FLIGHT: &str = "must be an airline's two characters, one of them a letter, and then 1 to 4 digits, not all zero, such as NH1 or BA15D";
const AMOUNT: &str = "must be a decimal string such as \"199.90\", at most 15 digits before the point and 4 after it";
const CURRENCY: &str = "must be the ISO 4217 code of a currency that is in use, such as JPY";
const POSITIVE: &str = "must be greater than zero";
const LONG_BEFORE: &str = "is more than 26 hours before departure_time, and no two local times differ by more: \
    if both are right, give both with their UTC offsets, such as +09:00";
const LONG_AFTER: &str = "must be at most three days after departure_time";
const NOT_AFTER: &str = "must be after departure_time";
const ADD_ARRIVALS: &str =
    "has no UTC offset, and departure_time has one: add it to this too, such as +09:00";
const ADD_DEPARTURES: &str =
    "has a UTC offset, and departure_time has none: add it to that too, such as +09:00";
const DAY_USE: &str = "must be after check_in_date: day use, a stay of the same day without a night, cannot be booked";
const TWO_YEARS: &str = "must be at most two years after check_in_date";

/// What comes of a booking.
enum Comes {
    /// It is booked, and the trip shows these.
    Booked(&'static [(&'static str, &'static str)]),
    /// 400, with the field, the rule's code and its words.
    Refused(&'static str, &'static str, &'static str),
    /// 202, and the trip fails with the same.
    Failed(&'static str, &'static str, &'static str),
}
use Comes::{Booked, Failed, Refused};

/// What differs from a booking that is right, and what comes of it.
type Row = (&'static [(&'static str, &'static str)], Comes);

/// Values are JSON.
const TIMES: &[Row] = &[
    (
        &[(DEPARTURE, r#""2026-03-01T10:00:00.000Z""#), (ARRIVAL, r#""2026-03-01T14:00:00.000Z""#)],
        Booked(&[("/flight/departure_time", "2026-03-01T10:00:00+00:00")]),
    ),
    (
        &[(DEPARTURE, r#""2026-03-01T10:00:00+0900""#), (ARRIVAL, r#""2026-03-01T14:00:00+09""#)],
        Booked(&[
            ("/flight/departure_time", "2026-03-01T10:00:00+09:00"),
            ("/flight/arrival_time", "2026-03-01T14:00:00+09:00"),
        ]),
    ),
    (
        &[(DEPARTURE, r#""2026-03-01 10:00:00""#), (ARRIVAL, r#""2026-03-01 14:00:00.000000""#)],
        Booked(&[
            ("/flight/departure_time", "2026-03-01T10:00:00"),
            ("/flight/arrival_time", "2026-03-01T14:00:00"),
        ]),
    ),
    (
        &[
            (DEPARTURE, r#""2026-03-01 10:00:00 +0900""#),
            (ARRIVAL, r#""2026-03-01 14:00:00 +0900""#),
        ],
        Booked(&[("/flight/departure_time", "2026-03-01T10:00:00+09:00")]),
    ),
    (&[(DEPARTURE, r#""2026-03-01T10:00:00.5""#)], Refused(DEPARTURE, "format", TIME)),
    (&[(DEPARTURE, r#""2026-03-01T10:00:00+15:00""#)], Refused(DEPARTURE, "format", TIME)),
    (&[(DEPARTURE, "1772359200")], Refused(DEPARTURE, "type", "must be a string")),
    // Tokyo to Los Angeles, Tokyo to Honolulu, Apia to Pago Pago, and the night in which the clocks
    // go back.
    (
        &[(DEPARTURE, r#""2026-03-01T22:50:00""#), (ARRIVAL, r#""2026-03-01T15:55:00""#)],
        Booked(&[("/flight/arrival_time", "2026-03-01T15:55:00")]),
    ),
    (
        &[(DEPARTURE, r#""2026-03-01T20:00:00""#), (ARRIVAL, r#""2026-03-01T08:00:00""#)],
        Booked(&[("/flight/arrival_time", "2026-03-01T08:00:00")]),
    ),
    (
        &[(DEPARTURE, r#""2026-03-02T08:00:00""#), (ARRIVAL, r#""2026-03-01T09:00:00""#)],
        Booked(&[("/flight/arrival_time", "2026-03-01T09:00:00")]),
    ),
    (
        &[(DEPARTURE, r#""2026-10-25T01:50:00""#), (ARRIVAL, r#""2026-10-25T01:10:00""#)],
        Booked(&[("/flight/arrival_time", "2026-10-25T01:10:00")]),
    ),
    (
        &[(ARRIVAL, r#""2026-02-28T07:59:00""#)],
        Failed(ARRIVAL, "arrival_after_departure", LONG_BEFORE),
    ),
    (
        &[(DEPARTURE, r#""2026-03-01T10:00:00Z""#), (ARRIVAL, r#""2026-03-01T11:00:00+01:00""#)],
        Failed(ARRIVAL, "arrival_after_departure", NOT_AFTER),
    ),
    (
        &[(DEPARTURE, r#""2026-03-01T10:00:00+09:00""#)],
        Failed(ARRIVAL, "offset_on_both", ADD_ARRIVALS),
    ),
    (&[(ARRIVAL, r#""2026-03-01T14:00:00Z""#)], Failed(ARRIVAL, "offset_on_both", ADD_DEPARTURES)),
    (
        &[(ARRIVAL, r#""2029-03-01T14:00:00""#)],
        Failed(ARRIVAL, "arrival_within_three_days", LONG_AFTER),
    ),
    (&[(CHECK_OUT, r#""2026-03-01""#)], Failed(CHECK_OUT, "check_out_after_check_in", DAY_USE)),
    (
        &[(CHECK_OUT, r#""2026-02-28""#)],
        Failed(CHECK_OUT, "check_out_after_check_in", "must be after check_in_date"),
    ),
    (&[(CHECK_OUT, r#""9999-03-03""#)], Failed(CHECK_OUT, "stay_within_two_years", TWO_YEARS)),
    (&[(CHECK_IN, r#""2025-03-01""#)], Booked(&[("/hotel/check_in_date", "2025-03-01")])),
];

const FLIGHTS: &[Row] = &[
    (&[(NUMBER, r#""NH001""#)], Booked(&[("/flight/flight_number", "NH1")])),
    (&[(NUMBER, r#""nh 001""#)], Booked(&[("/flight/flight_number", "NH1")])),
    (&[(NUMBER, r#""BA015D""#)], Booked(&[("/flight/flight_number", "BA15D")])),
    (&[(NUMBER, r#""9W1234""#)], Booked(&[("/flight/flight_number", "9W1234")])),
    (&[(NUMBER, r#""001234""#)], Refused(NUMBER, "format", FLIGHT)),
    (&[(NUMBER, r#""1234""#)], Refused(NUMBER, "format", FLIGHT)),
    (&[(NUMBER, r#""00000""#)], Refused(NUMBER, "format", FLIGHT)),
    (&[(NUMBER, r#""NH0""#)], Refused(NUMBER, "format", FLIGHT)),
    (&[(NUMBER, r#""NH00012""#)], Refused(NUMBER, "format", FLIGHT)),
    (&[(NUMBER, r#""NH1DE""#)], Refused(NUMBER, "format", FLIGHT)),
];

const AMOUNTS: &[Row] = &[
    (&[("amount", "80000.0")], Booked(&[("/amount/value", "80000")])),
    (&[("amount", "8e4")], Booked(&[("/amount/value", "80000")])),
    (&[("amount", r#""80000.00""#)], Booked(&[("/amount/value", "80000")])),
    (&[(FARE, "0"), (RATE, "80000")], Booked(&[("/flight/price/value", "0")])),
    (&[(FARE, r#""80000""#), (RATE, r#""0.00""#)], Booked(&[("/hotel/price/value", "0")])),
    (&[("amount", "0")], Refused("amount", "positive", POSITIVE)),
    (&[(FARE, "0"), (RATE, "0"), ("amount", r#""0.00""#)], Refused("amount", "positive", POSITIVE)),
    (&[("amount", "80000.5")], Refused("amount", "format", AMOUNT)),
    (&[("amount", "80000.00000000000000000001")], Refused("amount", "format", AMOUNT)),
    (&[("amount", "1e15")], Refused("amount", "format", AMOUNT)),
    (&[("amount", r#""8e4""#)], Refused("amount", "format", AMOUNT)),
    (
        &[("amount", "null")],
        Refused("amount", "type", "must be a decimal string or a whole number"),
    ),
    (&[(FARE, "-1")], Refused(FARE, "positive", "must not be less than zero")),
    (
        &[(FARE, r#""50000.5""#)],
        Failed(FARE, "minor_unit", "has more decimals than JPY allows, which is 0"),
    ),
    (
        &[("amount", "1")],
        Failed(
            "amount",
            "sum_of_prices",
            "must equal the sum of the flight's and the hotel's price, which is 80000",
        ),
    ),
    (&[("trip_id", "null"), ("sandbox", "null")], Booked(&[("/amount/value", "80000")])),
    (&[("sandbox", r#"{"payment":null}"#)], Booked(&[("/payment/status", "CAPTURED")])),
];

const DOLLARS: &[Row] = &[
    (
        &[
            (FARE, r#""100.100000""#),
            (FARE_CURRENCY, r#""USD""#),
            (RATE, "0"),
            (RATE_CURRENCY, r#""USD""#),
            ("amount", r#""0100.1""#),
            ("currency", r#""USD""#),
        ],
        Booked(&[
            ("/amount/value", "100.10"),
            ("/flight/price/value", "100.10"),
            ("/hotel/price/value", "0.00"),
            ("/payment/amount/value", "100.10"),
        ]),
    ),
    (&[(FARE, r#""100.12345""#)], Refused(FARE, "format", AMOUNT)),
    (
        &[("currency", r#""USD""#)],
        Failed("currency", "one_currency", "must be one currency for the whole trip"),
    ),
];

/// Funds, metals, units of account, a code for tests, and what was withdrawn by 2026.
const NOT_IN_USE: [&str; 27] = [
    "XTS", "XAU", "XAG", "XPT", "XPD", "XDR", "XBA", "XBB", "XBC", "XBD", "XSU", "XUA", "XAD",
    "BOV", "CHE", "CLF", "COU", "MXV", "USN", "UYI", "BGN", "CUC", "HRK", "SLL", "ZWL", "ANG",
    "jpy",
];
/// ISO's code for no currency at all.
const NO_CURRENCY: &str = concat!("X", "XX");
/// Younger than most lists, and one that has a sibling.
const IN_USE: [&str; 7] = ["VES", "VED", "XCG", "SLE", "ZWG", "EUR", "CUP"];

/// The text of a booking with these members changed, each spelled as it is given.
fn body(trip: &str, changes: &[(&str, &str)]) -> String {
    let mut marked = Booking::new(trip).body().clone();
    for (nth, (field, _)) in changes.iter().enumerate() {
        let mark = json!(format!("change {nth}"));
        match field.split_once('.') {
            Some((part, field)) => marked[part][field] = mark,
            None => marked[*field] = mark,
        }
    }
    let spelled = changes.iter().enumerate();
    spelled.fold(marked.to_string(), |text, (nth, (_, value))| {
        text.replace(&format!("\"change {nth}\""), value)
    })
}

async fn post(live: &Live, body: impl Into<reqwest::Body>, headers: &[(&str, &str)]) -> Response {
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/trips", live.url())).bearer_auth("dev-customer-1");
    let request = request.header(CONTENT_TYPE, "application/json").body(body);
    let named =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    named.send().await.unwrap()
}

/// The answer's status and its errors: field, code and detail of each.
async fn refusal(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["code"], "InvalidRequest", "{body}");
    (status, body["errors"].clone())
}

fn error(field: &str, code: &str, detail: &str) -> Value {
    json!([{ "field": field, "code": code, "detail": detail }])
}

async fn check(live: &Live, trip: &str, (changes, comes): &Row) {
    let answer = post(live, body(trip, changes), &[]).await;
    match comes {
        Refused(field, code, detail) => {
            assert_eq!(refusal(answer).await, (400, error(field, code, detail)), "{changes:?}");
        }
        Failed(field, code, detail) => {
            let shown = ended(live, answer, changes).await;
            assert_eq!(shown["status"], "FAILED", "{changes:?}: {shown}");
            assert_eq!(shown["failure"]["code"], "InvalidRequest", "{changes:?}");
            assert_eq!(shown["failure"]["errors"], error(field, code, detail), "{changes:?}");
        }
        Booked(shows) => {
            let shown = ended(live, answer, changes).await;
            assert_eq!(shown["status"], "CONFIRMED", "{changes:?}: {shown}");
            for (pointer, value) in *shows {
                assert_eq!(shown.pointer(pointer), Some(&json!(value)), "{changes:?}");
            }
        }
    }
}

/// The trip that was accepted, once it has ended.
async fn ended(live: &Live, answer: Response, changes: &[(&str, &str)]) -> Value {
    let status = answer.status();
    let accepted: Value = answer.json().await.unwrap();
    assert_eq!(status, 202, "{changes:?}: {accepted}");
    assert_eq!(accepted["status"], "PENDING", "{changes:?}");
    let trip = accepted["trip_id"].as_str().unwrap();
    live.ended(trip).await;
    live.get(&format!("/trips/{trip}"), OWNER).await.body
}

#[tokio::test(flavor = "multi_thread")]
async fn what_real_clients_send_is_booked_or_refused_by_its_exact_rule() {
    let live = Live::start().await;
    let rows = [TIMES, FLIGHTS, AMOUNTS, DOLLARS].into_iter().flatten();
    for (nth, row) in rows.enumerate() {
        check(&live, &format!("row-{nth}"), row).await;
    }
    live.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trip_is_paid_in_a_currency_that_is_in_use() {
    let live = Live::start().await;
    for code in NOT_IN_USE.into_iter().chain([NO_CURRENCY]) {
        let answer =
            post(&live, body("trip-1", &[("currency", &json!(code).to_string())]), &[]).await;
        assert_eq!(refusal(answer).await, (400, error("currency", "format", CURRENCY)), "{code}");
    }
    for code in IN_USE {
        let quoted = json!(code).to_string();
        let changes = [FARE_CURRENCY, RATE_CURRENCY, "currency"].map(|field| (field, &*quoted));
        let shown = ended(&live, post(&live, body(code, &changes), &[]).await, &changes).await;
        let expected = json!({ "value": "80000.00", "currency": code });
        assert_eq!((&shown["status"], &shown["amount"]), (&json!("CONFIRMED"), &expected));
    }
    live.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_taken_or_refused_by_how_it_is_written() {
    let live = Live::start().await;
    for (member, field) in [
        ("\"currency\":", "currency"),
        ("\"hotel_name\":", "hotel_details.hotel_name"),
        ("\"arrival_time\":", ARRIVAL),
    ] {
        let twice = body("twice", &[]).replacen(member, &format!("{member}\"JPY\",{member}"), 1);
        let (status, errors) = refusal(post(&live, twice, &[]).await).await;
        let repeated = &error(field, "repeated_field", "is given more than once")[0];
        assert_eq!(
            (status, errors.as_array().unwrap().contains(repeated)),
            (400, true),
            "{errors}"
        );
    }

    let marked = post(&live, format!("\u{feff}{}", body("marked", &[])), &[]).await;
    assert_eq!(ended(&live, marked, &[]).await["status"], "CONFIRMED");

    let gzip: &[u8] = b"\x1f\x8b\x08\0";
    let compressed = post(&live, gzip, &[("content-encoding", "gzip")]).await;
    assert_eq!(compressed.status(), 415);
    assert_eq!(compressed.headers()["accept-encoding"], "identity");
    let problem: Value = compressed.json().await.unwrap();
    let detail = "the body is compressed (gzip), which is not taken: send it as it is, without Content-Encoding";
    assert_eq!(
        (&problem["code"], &problem["detail"]),
        (&json!("UnsupportedMediaType"), &json!(detail))
    );

    let first = post(&live, body("taken", &[]), &[]).await;
    ended(&live, first, &[]).await;
    let again = post(&live, body("taken", &[]), &[]).await;
    assert_eq!(
        (again.status().as_u16(), &again.headers()["location"]),
        (409, &"/trips/taken".parse().unwrap())
    );
    let problem: Value = again.json().await.unwrap();
    assert_eq!(problem["detail"], "the trip id taken is taken; choose another");
    live.stop().await;
}
