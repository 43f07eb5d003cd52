//! The OpenAPI document: its examples are run, and every answer is one that it describes.

use domain::ErrorCode;
use serde_json::{Value, json};

use super::live::{By, Live};
use super::operations::Contract;

const OWNER: By = By::Customer("1");

async fn contract(live: &Live) -> Contract {
    Contract::new(live.get("/openapi.json", By::Nobody).await.body)
}

/// An example of the booking's body.
fn example(contract: &Contract, name: &str) -> Value {
    let operations = contract.operations();
    let booking = &operations[&("POST".to_owned(), "/trips".to_owned())];
    booking["requestBody"]["content"]["application/json"]["examples"][name]["value"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_can_be_sent_as_they_stand_and_every_answer_is_described() {
    let live = Live::start().await;
    let contract = contract(&live).await;
    let (trip, declined) = (example(&contract, "trip"), example(&contract, "declined"));

    let booked = live.booked(&trip, OWNER).await;
    contract.check_answer("POST", "/trips", &booked);
    assert_eq!(booked.header("location"), "/trips/trip-0001");
    live.booked(&declined, OWNER).await;

    for (id, status) in [("trip-0001", "CONFIRMED"), ("trip-0002", "FAILED")] {
        let shown = live.get(&format!("/trips/{id}"), OWNER).await;
        contract.check_answer("GET", "/trips/{trip_id}", &shown);
        assert_eq!(shown.body["status"], status);
        let timeline = live.get(&format!("/trips/{id}/events"), OWNER).await;
        contract.check_answer("GET", "/trips/{trip_id}/events", &timeline);
        let search = format!("?status={status}&limit=1");
        for path in ["/trips", "/trips/search"] {
            let page =
                live.found(&format!("{path}{search}&from=2026-03-01&to=2026-03-31"), id).await;
            contract.check_answer("GET", path, &page);
        }
    }
    let cancelled = live.ask("POST", "/trips/trip-0001/cancellation", OWNER, None).await;
    contract.check_answer("POST", "/trips/{trip_id}/cancellation", &cancelled);
    for path in ["/health", "/openapi.json", "/events/schemas"] {
        contract.check_answer("GET", path, &live.get(path, By::Nobody).await);
    }
    let schema = live.get("/events/schemas/trip.confirmed.v1", By::Nobody).await;
    contract.check_answer("GET", "/events/schemas/{event_type}", &schema);
    live.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_problem_is_described_and_says_what_to_do() {
    let live = Live::start().await;
    let contract = contract(&live).await;
    let trip = example(&contract, "trip");
    live.booked(&trip, OWNER).await;
    live.booked(&example(&contract, "declined"), OWNER).await;
    let (empty, large) = (json!({}), json!({ "trip_id": "x".repeat(40_000) }));
    let (one, events) = ("/trips/{trip_id}", "/trips/{trip_id}/events");
    let (schema, unknown) = ("/events/schemas/{event_type}", "/events/schemas/trip.lost.v1");
    let cancellation = "/trips/{trip_id}/cancellation";
    for (method, template, path, by, body, status, code) in [
        ("POST", "/trips", "/trips", OWNER, Some(&empty), 400, "InvalidRequest"),
        ("POST", "/trips", "/trips", By::Nobody, Some(&trip), 401, "Unauthorized"),
        ("POST", "/trips", "/trips", OWNER, Some(&trip), 409, "TripExists"),
        ("POST", "/trips", "/trips", OWNER, Some(&large), 413, "BodyTooLarge"),
        ("POST", "/trips", "/trips", OWNER, None, 415, "UnsupportedMediaType"),
        ("GET", "/trips", "/trips?limit=0", OWNER, None, 400, "InvalidQuery"),
        ("GET", "/trips", "/trips?cursor=abc", OWNER, None, 400, "InvalidCursor"),
        ("GET", "/trips", "/trips", By::Nobody, None, 401, "Unauthorized"),
        ("GET", one, "/trips/a%20b", OWNER, None, 400, "InvalidRequest"),
        ("GET", one, "/trips/trip-0001?verbose=1", OWNER, None, 400, "InvalidQuery"),
        ("GET", one, "/trips/trip-0001", By::Nobody, None, 401, "Unauthorized"),
        ("GET", one, "/trips/trip-9", OWNER, None, 404, "TripNotFound"),
        ("GET", events, "/trips/trip-0001/events", By::Customer("2"), None, 404, "TripNotFound"),
        ("GET", schema, unknown, By::Nobody, None, 404, "EventTypeNotFound"),
        ("POST", cancellation, "/trips/a%20b/cancellation", OWNER, None, 400, "InvalidRequest"),
        (
            "POST",
            cancellation,
            "/trips/trip-0001/cancellation",
            By::Nobody,
            None,
            401,
            "Unauthorized",
        ),
        ("POST", cancellation, "/trips/trip-9/cancellation", OWNER, None, 404, "TripNotFound"),
        (
            "POST",
            cancellation,
            "/trips/trip-0002/cancellation",
            OWNER,
            None,
            409,
            "TripNotConfirmed",
        ),
    ] {
        let answer = live.ask(method, path, by, body).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (status, &json!(code)),
            "{method} {path}"
        );
        contract.check_answer(method, template, &answer);
        let page = answer.body["type"].as_str().unwrap();
        assert_eq!(live.get(page, By::Nobody).await.status, 200, "{page}");
    }
    live.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_of_answers_are_what_their_schemas_take() {
    let live = Live::start().await;
    let contract = contract(&live).await;
    let mut examples = 0;
    for ((method, path), operation) in contract.operations() {
        for (schema, example) in contract.examples(operation) {
            contract.check(schema, example, &format!("{method} {path}"));
            examples += 1;
        }
    }
    assert!(examples >= 50, "{examples}");
    live.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_code_has_a_page_and_the_first_page_leads_to_all_of_them() {
    let live = Live::start().await;
    for (page, link) in
        [("/", "docs/errors/"), ("/", "openapi.json"), ("/", "docs"), ("/", "events/schemas")]
    {
        let answer = live.get(page, By::Nobody).await;
        let html = answer.body.as_str().unwrap();
        assert!(html.contains(&format!("<a href=\"{link}\">")), "{html}");
        assert_eq!(live.get(&format!("/{link}"), By::Nobody).await.status, 200, "{link}");
    }
    for code in ErrorCode::ALL {
        let answer = live.get(&format!("/docs/errors/{code}"), By::Nobody).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "text/html; charset=utf-8")
        );
        assert!(answer.body.as_str().unwrap().contains(&format!("<h1>{code}</h1>")), "{answer:?}");
    }
    let (docs, folder) =
        (live.get("/docs", By::Nobody).await, live.get("/docs/", By::Nobody).await);
    assert_eq!((folder.status, &folder.body), (200, &docs.body));
    live.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_described_is_served_and_other_methods_are_told_the_right_ones() {
    let live = Live::start().await;
    let contract = contract(&live).await;
    let operations = contract.operations();
    for (_, path) in operations.keys() {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let concrete = path.replace("{trip_id}", "trip-1");
            let concrete = concrete.replace("{event_type}", "trip.failed.v1");
            let answer = live.ask(method, &concrete, OWNER, None).await;
            let is_described = operations.contains_key(&(method.to_owned(), path.clone()));
            let is_refused = answer.body["code"] == "MethodNotAllowed";
            assert_eq!(is_described, !is_refused, "{method} {path}: {answer:?}");
            assert_eq!(is_refused, !answer.header("allow").is_empty(), "{method} {path}");
        }
    }
    live.stop().await;
}
