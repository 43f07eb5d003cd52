//! `POST /trips`: what starts a saga, with which input, and what is refused before anything starts.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use super::fakes::{Bed, CUSTOMER, OPERATOR, booking, signed};
use crate::gateway::StartError;
use crate::gateway::body::MAX_BODY;

/// The input of the only execution that was started, and its name.
fn the_start(bed: &Bed) -> (String, Value) {
    let starts = bed.starts();
    let [start] = starts.as_slice() else { panic!("{} starts", starts.len()) };
    (start.name.clone(), serde_json::from_str(&start.input).unwrap())
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
    let mut expected = booking("trip-1");
    expected["customer_id"] = json!("1");
    assert_eq!((name.as_str(), input), ("trip-1", expected));
}

#[tokio::test]
async fn an_operator_books_as_operator() {
    let bed = Bed::new();
    bed.book(OPERATOR, booking("trip-1").to_string()).await;
    assert_eq!(the_start(&bed).1["customer_id"], "operator:operator");
}

#[tokio::test]
async fn the_same_booking_twice_has_the_same_input_and_is_accepted_twice() {
    let bed = Bed::new();
    let body = booking("trip-1");
    for text in [body.to_string(), format!("{body:#}")] {
        assert_eq!(bed.book(CUSTOMER, text).await.status, 202);
    }
    let starts = bed.starts();
    assert_eq!(starts[0], starts[1]);
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
async fn the_request_id_stands_in_for_a_trip_id_that_is_left_out() {
    let bed = Bed::new();
    let mut body = booking("");
    body.as_object_mut().unwrap().remove("trip_id");
    let answer = bed.book(CUSTOMER, body.to_string()).await;
    let (name, input) = the_start(&bed);
    assert!(uuid::Uuid::parse_str(&name).is_ok(), "{name}");
    assert_eq!(answer.header("x-request-id"), Some(name.as_str()));
    assert_eq!((&answer.body["trip_id"], &input["trip_id"]), (&json!(name), &json!(name)));
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
    let answer = bed.book(CUSTOMER, body.to_string()).await;
    answer.assert_problem(400, "InvalidRequest");
    assert_eq!(answer.body["errors"][0]["field"], "customer_id");
    assert!(bed.is_untouched());
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_in_the_terms_of_json() {
    let deep = "[".repeat(10_000);
    let bodies: [&[u8]; 6] =
        [b"", b"{", b"{\"trip_id\": \"\\ud800\"}", b"\xff\xfe", b"[] []", deep.as_bytes()];
    for body in bodies {
        let bed = Bed::new();
        let answer = bed.book(CUSTOMER, body.to_vec()).await;
        answer.assert_problem(400, "InvalidRequest");
        assert_eq!(answer.body["errors"][0]["field"], "body");
        assert!(bed.is_untouched());
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
