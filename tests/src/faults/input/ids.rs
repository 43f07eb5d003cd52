//! Ids come that would break a key: a separator, a control character, too many bytes.

use bed::{Bed, Booking, Reply, Request};
use reqwest::Method;
use serde_json::json;

use super::live::Live;
use crate::faults::schedules;

/// What is not an id, as it is when it was decoded.
fn hostile() -> Vec<String> {
    let texts = [
        "#",
        "a#b",
        "\0",
        "a\0",
        "a\nb",
        "\r\n",
        " ",
        "旅",
        "a\u{202e}b",
        "TRIP#a",
        "a'b",
        "a%23b",
    ];
    let long = ["a".repeat(65), "a".repeat(2_049), "é".repeat(1_024)];
    texts.map(str::to_owned).into_iter().chain(long).collect()
}

/// As it is written in a URL.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[track_caller]
fn assert_refused(reply: &Reply, code: &str, text: &str) {
    assert_eq!(reply.refusal(), (400, code.to_owned()), "{text:?}: {}", reply.text);
    assert!(reply.text.len() < 1_024, "the answer does not repeat it: {}", reply.text);
}

/// A path names what can be no trip. Every route refuses it, and the database never hears of it.
#[tokio::test]
async fn fault_57_a_path_that_can_be_no_trips_id_never_becomes_a_key() {
    let bed = Bed::new().await;
    schedules(57, hostile().len());
    for text in hostile() {
        for path in
            [format!("/trips/{}", encoded(&text)), format!("/trips/{}/events", encoded(&text))]
        {
            assert_refused(
                &bed.ask(&Request::get(&path).by_operator()).await,
                "InvalidRequest",
                &text,
            );
        }
        // API Gateway hands the cancellation its path parameter, decoded or not.
        for text in [text.clone(), encoded(&text)] {
            let cancel = Request::cancel(&text).by_operator();
            assert_refused(&bed.ask(&cancel).await, "InvalidRequest", &text);
        }
    }
    assert_eq!(bed.database.calls(), []);
}

/// A parameter names what can be no customer, and a signed-in subject is not a customer either.
///
/// Breaks when a customer's id may be any text (`domain/src/ids.rs`).
#[tokio::test]
async fn fault_57_a_text_that_can_be_no_customers_id_never_becomes_a_key() {
    let bed = Bed::new().await;
    let no_customers = || hostile().into_iter().filter(|text| text != &"a".repeat(65));
    for text in no_customers() {
        let search = Request::get("/trips").by_operator().with("customer_id", &text);
        assert_refused(&bed.ask(&search).await, "InvalidQuery", &text);
        let reply = bed.ask(&Request::get("/trips").by(&text)).await;
        assert_eq!(reply.refusal(), (401, "Unauthorized".to_owned()), "{text:?}");
    }
    assert_eq!(bed.database.calls(), []);
}

/// Through the gateway of a running system, in a path and in the body of a booking. No saga is
/// started.
#[tokio::test]
async fn fault_57_the_gateway_refuses_such_ids_in_paths_and_in_bookings() {
    let bed = Bed::new().await;
    let live = Live::on(&bed).await;
    for text in hostile() {
        let path = format!("/trips/{}", encoded(&text));
        for (method, path) in [
            (Method::GET, path.clone()),
            (Method::GET, format!("{path}/events")),
            (Method::POST, format!("{path}/cancellation")),
        ] {
            let answer = live.ask("alice", method, &path).await;
            assert_eq!(answer.refusal(), (400, "InvalidRequest".to_owned()), "{path}");
        }
        let mut body = Booking::new("trip-1").body().clone();
        body["trip_id"] = json!(text);
        let answer = live.book("alice", &body).await;
        assert_eq!(answer.refusal(), (400, "InvalidRequest".to_owned()), "{text:?}");
        assert_eq!(answer.body()["errors"][0]["field"], "trip_id");
    }
    live.idle().await;
    assert!(bed.fold().await.is_empty());
}
