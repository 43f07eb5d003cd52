//! Who may do what: every operation of the contract, asked by nobody, the owner, another customer
//! and an operator.

use bed::Booking;
use serde_json::{Value, json};

use super::live::{By, Live};
use super::operations::Contract;

const OWNER: By = By::Customer("1");
const OTHER: By = By::Customer("2");
const EVERYBODY: [By; 4] = [By::Nobody, OWNER, OTHER, By::Operator];

/// An operation, and the statuses that [`EVERYBODY`] is answered with about customer 1's trip
/// `mine`.
struct Row {
    method: &'static str,
    template: &'static str,
    path: &'static str,
    statuses: [u16; 4],
}

const fn row(
    method: &'static str,
    template: &'static str,
    path: &'static str,
    statuses: [u16; 4],
) -> Row {
    Row { method, template, path, statuses }
}

#[rustfmt::skip]
const TABLE: &[Row] = &[
    row("GET", "/health", "/health", [200; 4]),
    row("GET", "/openapi.json", "/openapi.json", [200; 4]),
    row("GET", "/events/schemas", "/events/schemas", [200; 4]),
    row("GET", "/events/schemas/{event_type}", "/events/schemas/trip.failed.v1", [200; 4]),
    row("GET", "/", "/", [200; 4]),
    row("GET", "/docs", "/docs", [200; 4]),
    row("GET", "/docs/errors", "/docs/errors/TripNotFound", [200; 4]),
    row("GET", "/trips", "/trips?status=CONFIRMED&from=2026-01-01&to=2026-12-31", [401, 200, 200, 200]),
    row("GET", "/trips", "/trips?customer_id=1&from=2026-01-01&to=2026-12-31", [401, 200, 400, 200]),
    row("GET", "/trips/search", "/trips/search?status=CONFIRMED&from=2026-01-01&to=2026-12-31", [401, 200, 200, 200]),
    row("GET", "/trips/{trip_id}", "/trips/mine", [401, 200, 404, 200]),
    row("GET", "/trips/{trip_id}/events", "/trips/mine/events", [401, 200, 404, 200]),
    row("POST", "/trips", "/trips", [401, 409, 409, 409]),
    // The last row: it changes the trip.
    row("POST", "/trips/{trip_id}/cancellation", "/trips/mine/cancellation", [401, 202, 404, 202]),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_each_caller_as_the_table_says() {
    let live = Live::start().await;
    let mine = Booking::new("mine").body().clone();
    live.booked(&mine, OWNER).await;
    live.found("/trips?status=CONFIRMED&from=2026-01-01&to=2026-12-31", "mine").await;
    for row in TABLE {
        let body = (row.template == "/trips" && row.method == "POST").then_some(&mine);
        for (by, status) in EVERYBODY.into_iter().zip(row.statuses) {
            let answer = live.ask(row.method, row.path, by, body).await;
            assert_eq!(answer.status, status, "{} {} by {by:?}: {answer:?}", row.method, row.path);
            let tells = answer.body.to_string().contains("\"customer_id\":\"1\"");
            assert!(!tells || by == OWNER || by == By::Operator, "{} tells {by:?}", row.path);
        }
    }
    let contract = Contract::new(live.get("/openapi.json", By::Nobody).await.body);
    for (method, template) in contract.operations().into_keys() {
        let has_row = |row: &Row| (row.method, row.template) == (&method, &template);
        assert!(TABLE.iter().any(has_row), "{method} {template} has no row");
    }
    live.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_books_is_taken_from_the_token_and_never_from_the_body() {
    let live = Live::start().await;
    let mut body = Booking::new("claimed").body().clone();
    body["customer_id"] = json!("2");
    let refused = live.ask("POST", "/trips", OWNER, Some(&body)).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body["errors"][0]["field"], "customer_id");
    live.booked(Booking::new("owned").body(), OWNER).await;
    assert_eq!(live.get("/trips/owned", By::Operator).await.body["customer_id"], "1");
    live.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_come_back_exactly_and_with_the_decimals_of_their_currency() {
    let live = Live::start().await;
    for (n, (flight, hotel, total, kept)) in [
        (json!("0.10"), json!("0.20"), json!("0.30"), "0.30"),
        (json!("19.99"), json!(1), json!("20.990000"), "20.99"),
        (json!(0), json!(8e4), json!(80000.0), "80000.00"),
        (
            json!("499999999999999.99"),
            json!(499_999_999_999_999_u64),
            json!("999999999999998.99"),
            "999999999999998.99",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("amount-{n}");
        live.booked(&priced(&id, &flight, &hotel, &total), OWNER).await;
        let shown = live.get(&format!("/trips/{id}"), OWNER).await;
        assert_eq!(shown.body["amount"], json!({ "value": kept, "currency": "USD" }), "{shown:?}");
    }
    for bent in [json!(100.5), json!(9_007_199_254_740_993_u64), json!("1".repeat(38)), json!(0.1)]
    {
        let body = priced("bent", &bent, &json!(1), &json!("101"));
        let refused = live.ask("POST", "/trips", OWNER, Some(&body)).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (400, &json!("InvalidRequest")),
            "{bent}"
        );
        assert_eq!(refused.body["errors"][0]["field"], "flight_details.price_amount", "{bent}");
    }
    live.stop().await;
}

fn priced(id: &str, flight: &Value, hotel: &Value, total: &Value) -> Value {
    let mut body = Booking::new(id).body().clone();
    for (part, price) in [("flight_details", flight), ("hotel_details", hotel)] {
        body[part]["price_amount"] = price.clone();
        body[part]["price_currency"] = json!("USD");
    }
    body["amount"] = total.clone();
    body["currency"] = json!("USD");
    body
}
