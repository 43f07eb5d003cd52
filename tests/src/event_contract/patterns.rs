//! Every pattern on the page matches the published events that it says, and no others.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::page::page;
use super::published::Published;

/// Whether an event is one of those that a row of the page speaks of.
type Meant = fn(&Value) -> bool;

fn data(event: &Value) -> &Value {
    &event["detail"]["data"]
}

fn is(event: &Value, event_type: &str) -> bool {
    event["detail"]["type"] == event_type
}

const MEANT: [(&str, Meant); 5] = [
    ("how bookings and cancellations end", |event| {
        ["trip.confirmed.v1", "trip.failed.v1", "trip.cancelled.v1"]
            .iter()
            .any(|end| is(event, end))
    }),
    ("everything about one customer's trips", |event| data(event)["customer_id"] == "1"),
    ("bookings that failed, but not for the payment", |event| {
        is(event, "trip.failed.v1") && data(event)["code"] != "PaymentDeclined"
    }),
    ("refunds of charges that nobody had heard of", |event| {
        is(event, "payment.refunded.v1") && data(event)["capture_recorded"] == json!(false)
    }),
    ("charges in yen", |event| {
        is(event, "payment.captured.v1") && data(event)["amount"]["currency"] == "JPY"
    }),
];

/// The rows of the page's table of patterns.
fn patterns() -> BTreeMap<String, String> {
    let page = page();
    let cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix("}` |"));
    let rows = cells.filter_map(|cells| cells.split_once(" | `"));
    rows.map(|(events, pattern)| (events.to_owned(), format!("{pattern}}}"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pattern_of_the_page_matches_what_it_says_and_nothing_else() {
    let patterns = patterns();
    assert_eq!(patterns.len(), MEANT.len(), "{patterns:#?}");
    let published = Published::start().await;
    let all = published.events(None).await;
    for (events, meant) in MEANT {
        let expected: Vec<_> = all.iter().filter(|event| meant(event)).cloned().collect();
        let matched = published.events(Some(&patterns[events])).await;
        assert_eq!(matched, expected, "{events}");
        assert!(!matched.is_empty() && matched.len() < all.len(), "{events} tells nothing apart");
    }
    published.stop().await;
}
