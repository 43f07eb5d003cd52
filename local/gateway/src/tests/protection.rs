//! What the gateway refuses: too much, too often, too slowly.

use std::convert::Infallible;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::{StreamExt, stream};
use http::Request;
use rstest::rstest;

use super::fakes::{Answer, Bed, CUSTOMER, booking, signed};
use crate::body::MAX_BODY;
use crate::head::MAX_HEAD;
use crate::{Limits, Rate, Settings};

/// A booking whose body comes in an unknown number of pieces, so that no header gives its length.
async fn book_in_pieces(bed: &Bed, pieces: Vec<Bytes>, then: Ending) -> Answer {
    let pieces = stream::iter(pieces.into_iter().map(Ok::<_, Infallible>));
    let body = match then {
        Ending::Complete => Body::from_stream(pieces),
        Ending::Never => Body::from_stream(pieces.chain(stream::pending())),
    };
    bed.book(CUSTOMER, body).await
}

enum Ending {
    Complete,
    Never,
}

#[tokio::test]
async fn a_body_of_unknown_length_is_refused_where_it_passes_the_bound() {
    let bed = Bed::new();
    let pieces = vec![Bytes::from(vec![b' '; MAX_BODY / 4]); 5];
    // It never ends, so it cannot have been waited for.
    let answer = book_in_pieces(&bed, pieces, Ending::Never).await;
    answer.assert_problem(413, "BodyTooLarge");
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(bed.is_untouched());
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_in_its_middle_is_given_up() {
    let bed = Bed::new();
    let text = booking("trip-1").to_string();
    let answer = book_in_pieces(&bed, vec![Bytes::from(text.clone())], Ending::Never).await;
    answer.assert_problem(408, "RequestTimeout");
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(bed.is_untouched());
    let answer = book_in_pieces(&bed, vec![Bytes::from(text)], Ending::Complete).await;
    assert_eq!(answer.status, 202);
}

#[rstest]
#[case::a_query(format!("/trips?status={}", "a".repeat(MAX_HEAD)), 0)]
#[case::a_path(format!("/{}", "a".repeat(MAX_HEAD)), 0)]
#[case::headers("/trips".to_owned(), MAX_HEAD / 1_000 + 1)]
#[tokio::test]
async fn a_head_past_api_gateways_bound_is_refused(#[case] path: String, #[case] headers: usize) {
    let bed = Bed::new();
    let mut request = signed(Request::get(path), CUSTOMER);
    for number in 0..headers {
        request = request.header(format!("x-{number}"), "a".repeat(1_000));
    }
    let answer = bed.send(request.body(Body::empty()).unwrap()).await;
    answer.assert_problem(431, "HeadersTooLarge");
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(bed.is_untouched());
}

#[tokio::test]
async fn a_head_of_just_the_bound_is_taken() {
    let head = "GET /trips HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer dev-operator\r\n";
    for (excess, status) in [(0, 200), (1, 431)] {
        let padding = MAX_HEAD - head.len() - "x: \r\n".len() + excess;
        let request = Request::get("/trips").header("host", "localhost");
        let request = request.header("authorization", "Bearer dev-operator");
        let request = request.header("x", "a".repeat(padding)).body(Body::empty());
        assert_eq!(Bed::new().send(request.unwrap()).await.status, status);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_behind_gets_as_long_as_api_gateway_gives_it() {
    let bed = Bed::that_hangs();
    let begun = tokio::time::Instant::now();
    bed.get(CUSTOMER, "/trips/trip-1").await.assert_problem(504, "GatewayTimeout");
    assert_eq!(begun.elapsed().as_secs(), 29);
    bed.book(CUSTOMER, booking("trip-1").to_string()).await.assert_problem(504, "GatewayTimeout");
    assert_eq!(begun.elapsed().as_secs(), 58);
}

#[tokio::test(start_paused = true)]
async fn past_the_rate_a_request_is_refused_and_told_when_to_come_back() {
    let [per_second, burst] = [2, 3].map(|count| NonZeroU32::new(count).unwrap());
    let rate = Some(Rate { per_second, burst });
    let bed = Bed::new().protected(Settings { rate, ..Settings::default() });
    for _ in 0..3 {
        assert_eq!(bed.get(CUSTOMER, "/trips").await.status, 200);
    }
    let answer = bed.get(CUSTOMER, "/trips").await;
    answer.assert_problem(429, "TooManyRequests");
    let wait = answer.header("retry-after").unwrap().parse().unwrap();
    tokio::time::advance(Duration::from_secs(wait)).await;
    assert_eq!(bed.get(CUSTOMER, "/trips").await.status, 200);
}

#[test]
fn the_bounds_are_those_of_a_rest_api() {
    assert_eq!(Limits::default().integration, Duration::from_secs(29));
}
