//! `POST /trips`: which requests start a saga, with which input, and which are refused first.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use super::fakes::{Bed, CUSTOMER, OPERATOR, booking, signed};
use crate::StartError;
use crate::body::MAX_BODY;

/// The input of the only execution that was started, and its name.
fn the_start(bed: &Bed) -> (String, Value) {
    let starts = bed.starts();
    let [start] = starts.as_slice() else { panic!("{} starts", starts.len()) };
    (start.name.clone(), serde_json::from_str(&start.input).unwrap())
}

/// The request's canonical form.
fn canonical(trip_id: &str) -> Value {
    let mut body = booking(trip_id);
    body["flight_details"]["flight_number"] = json!("NH1");
    for pointer in ["/flight_details/price_amount", "/hotel_details/price_amount", "/amount"] {
        let amount = body.pointer_mut(pointer).unwrap();
        *amount = json!(amount.to_string());
    }
    body
}

#[tokio::test]
async fn a_booking_starts_an_execution_named_after_the_trip() {
    let bed = Bed::new();
    let answer = bed.book(CUSTOMER, booking("trip-1").to_string()).await;
    assert_eq!(answer.status, 202);
    let expected = json!({"trip_id": "trip-1", "status": "PENDING", "execution_arn": "arn:trip-1"});
    assert_eq!(answer.body, expected);
    assert_eq!(answer.header("location"), Some("/trips/trip-1"));
    assert_eq!(answer.header("retry-after"), Some("1"));
    let (name, input) = the_start(&bed);
    let mut expected = canonical("trip-1");
    expected["customer_id"] = json!("1");
    assert_eq!((name.as_str(), input.to_string()), ("trip-1", expected.to_string()));
}

#[tokio::test]
async fn an_operator_books_as_operator() {
    let bed = Bed::new();
    bed.book(OPERATOR, booking("trip-1").to_string()).await;
    assert_eq!(the_start(&bed).1["customer_id"], "operator:operator");
}

/// The members of an object, and of the objects in it, in reverse order.
fn reversed(value: &Value) -> Value {
    match value.as_object() {
        Some(members) => {
            members.iter().rev().map(|(name, value)| (name.clone(), reversed(value))).collect()
        }
        None => value.clone(),
    }
}

#[tokio::test]
async fn the_same_booking_twice_has_the_same_input_however_it_is_written() {
    let bed = Bed::new();
    let body = booking("trip-1");
    let mut nulls = canonical("trip-1");
    nulls["sandbox"] = Value::Null;
    let texts = [
        body.to_string(),
        format!("{body:#}"),
        reversed(&body).to_string(),
        body.to_string().replace("80000", "8e4").replace("30000", "30000.0"),
        canonical("trip-1").to_string(),
        reversed(&nulls).to_string(),
        body.to_string().replace("NH001", "nh 1").replace("T10:00:00", " 10:00:00.000"),
    ];
    for text in &texts {
        assert_eq!(bed.book(CUSTOMER, text.clone()).await.status, 202, "{text}");
    }
    let starts = bed.starts();
    assert_eq!(starts, vec![starts[0].clone(); texts.len()]);
}

#[tokio::test]
async fn a_taken_trip_id_is_answered_with_where_the_trip_is() {
    let bed = Bed::new();
    bed.book(CUSTOMER, booking("trip-1").to_string()).await;
    let answer = bed.book("Bearer dev-customer-2", booking("trip-1").to_string()).await;
    answer.assert_problem(409, "TripExists");
    assert_eq!(answer.header("location"), Some("/trips/trip-1"));
}

#[tokio::test]
async fn a_trip_id_that_is_left_out_is_a_fresh_one_whatever_the_request_is_called() {
    let bed = Bed::new();
    for id in [json!(null), Value::default()] {
        let mut body = booking("");
        body["trip_id"] = id;
        let request = signed(Request::post("/trips"), CUSTOMER).header("x-request-id", "order-7");
        let request = request.header("content-type", "application/json");
        let answer = bed.send(request.body(Body::from(body.to_string())).unwrap()).await;
        assert_eq!((answer.status, answer.header("x-request-id")), (202, Some("order-7")));
        let start = bed.starts().pop().unwrap();
        assert!(uuid::Uuid::parse_str(&start.name).is_ok(), "{start:?}");
        let input: Value = serde_json::from_str(&start.input).unwrap();
        assert_eq!(
            (&answer.body["trip_id"], &input["trip_id"]),
            (&json!(start.name), &json!(start.name))
        );
    }
    let starts = bed.starts();
    assert_ne!(starts[0].name, starts[1].name);
}

#[tokio::test]
async fn a_member_that_is_given_twice_is_refused_by_name() {
    for (member, field) in [
        (r#""currency":"#, "currency"),
        (r#""trip_id":"#, "trip_id"),
        (r#""hotel_name":"#, "hotel_details.hotel_name"),
        (r#""flight_number":"#, "flight_details.flight_number"),
    ] {
        let bed = Bed::new();
        let text = booking("trip-1").to_string();
        let twice = text.replacen(member, &format!("{member}\"NH1\",{member}"), 1);
        let answer = bed.book(CUSTOMER, twice).await;
        answer.assert_problem(400, "InvalidRequest");
        let error = &answer.body["errors"][0];
        assert_eq!((&error["field"], &error["code"]), (&json!(field), &json!("repeated_field")));
        assert!(bed.is_untouched());
    }
}

#[tokio::test]
async fn a_compressed_body_is_refused_with_what_is_taken() {
    let compressed: &[u8] = b"\x1f\x8b\x08\0";
    for coding in ["gzip", "GZIP", "identity, br", "deflate", ""] {
        let bed = Bed::new();
        let answer = bed.send(encoded(coding, compressed.to_vec())).await;
        answer.assert_problem(415, "UnsupportedMediaType");
        assert_eq!(answer.header("accept-encoding"), Some("identity"), "{coding}");
        assert!(answer.body["detail"].as_str().unwrap().contains("without Content-Encoding"));
        assert!(bed.is_untouched());
    }
    for coding in ["identity", "Identity", ""] {
        let plain = encoded(coding, booking("trip-1").to_string().into_bytes());
        assert_eq!(Bed::new().send(plain).await.status, 202, "{coding}");
    }
}

fn encoded(coding: &str, body: Vec<u8>) -> Request<Body> {
    let request = signed(Request::post("/trips"), CUSTOMER).header("content-encoding", coding);
    request.header("content-type", "application/json").body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn a_byte_order_mark_is_passed_over_where_the_text_is_utf_8() {
    let bed = Bed::new();
    let text = booking("trip-1").to_string();
    assert_eq!(bed.book(CUSTOMER, format!("\u{feff}{text}")).await.status, 202);
    let utf_16: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let answer = bed.book(CUSTOMER, utf_16).await;
    answer.assert_problem(400, "InvalidRequest");
    assert_eq!(answer.body["errors"][0]["field"], "body");
    assert!(answer.body["errors"][0]["detail"].as_str().unwrap().contains("UTF-8"));
}

#[tokio::test]
async fn any_text_reaches_the_execution_as_it_was_written() {
    for name in ["O'Hare \"Inn\" \\ </script>", "館 🏨 e\u{301}", "a\u{2028}b\u{2029}c", "$.x {}"]
    {
        let bed = Bed::new();
        let mut body = booking("trip-1");
        body["hotel_details"]["hotel_name"] = json!(name);
        assert_eq!(bed.book(CUSTOMER, body.to_string()).await.status, 202);
        assert_eq!(the_start(&bed).1["hotel_details"]["hotel_name"], name);
    }
}

#[tokio::test]
async fn every_field_of_the_wrong_shape_is_named_and_nothing_is_started() {
    let bed = Bed::new();
    let mut body = booking("trip#1");
    body["amount"] = json!(80000.5);
    body["flight_details"]["departure_time"] = json!("2026-02-30T10:00:00");
    let answer = bed.book(CUSTOMER, body.to_string()).await;
    answer.assert_problem(400, "InvalidRequest");
    let errors = answer.body["errors"].as_array().unwrap();
    let mut fields: Vec<_> = errors.iter().map(|error| error["field"].as_str().unwrap()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["amount", "flight_details.departure_time", "trip_id"]);
    assert!(bed.is_untouched());
}

#[tokio::test]
async fn a_body_cannot_say_whose_trip_it_is() {
    let bed = Bed::new();
    let mut body = booking("trip-1");
    body["customer_id"] = json!("2");
    assert_refused(&bed, body.to_string(), "customer_id").await;
}

/// Asserts that this body is refused for this field, and starts nothing.
async fn assert_refused(bed: &Bed, body: impl Into<Body>, field: &str) {
    let answer = bed.book(CUSTOMER, body).await;
    answer.assert_problem(400, "InvalidRequest");
    assert_eq!(answer.body["errors"][0]["field"], field);
    assert!(bed.is_untouched());
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_in_the_terms_of_json() {
    let deep = "[".repeat(10_000);
    let bodies: [&[u8]; 6] =
        [b"", b"{", b"{\"trip_id\": \"\\ud800\"}", b"\xff\xfe", b"[] []", deep.as_bytes()];
    for body in bodies {
        assert_refused(&Bed::new(), body.to_vec(), "body").await;
    }
}

#[tokio::test]
async fn a_body_past_the_bound_is_refused() {
    let bed = Bed::new();
    let padded = |length: usize| format!("{:length$}", booking("trip-1").to_string());
    bed.book(CUSTOMER, padded(MAX_BODY + 1)).await.assert_problem(413, "BodyTooLarge");
    assert!(bed.is_untouched());
    assert_eq!(bed.book(CUSTOMER, padded(MAX_BODY)).await.status, 202);
}

#[tokio::test]
async fn a_body_of_another_media_type_is_refused() {
    for media_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
        let bed = Bed::new();
        let mut request = signed(Request::post("/trips"), CUSTOMER);
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        let body = Body::from(booking("trip-1").to_string());
        let answer = bed.send(request.body(body).unwrap()).await;
        answer.assert_problem(415, "UnsupportedMediaType");
        assert!(bed.is_untouched());
    }
}

#[tokio::test]
async fn too_many_starts_are_answered_with_when_to_try_again() {
    let bed = Bed::that_cannot_start(|| StartError::Throttled);
    let answer = bed.book(CUSTOMER, booking("trip-1").to_string()).await;
    answer.assert_problem(429, "TooManyRequests");
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn a_failed_start_shows_nothing_of_its_cause() {
    let bed = Bed::that_cannot_start(|| StartError::Failed("secret.example is down".into()));
    let answer = bed.book(CUSTOMER, booking("trip-1").to_string()).await;
    answer.assert_problem(502, "InternalError");
    assert!(!answer.body.to_string().contains("secret"));
}
