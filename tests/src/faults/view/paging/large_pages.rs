//! DynamoDB ends a page before it is full: at a megabyte, or with nothing on it.

use aws_sdk_dynamodb::types::AttributeValue;
use bed::{Answer, Bed, Call, Fault, Reply, Request, faults};
use domain::TripStatus;
use serde_json::{Value, json};
use store::view::SearchRow;

use super::rows::{fill, in_order, row};

/// What a row is made to weigh, so that eleven are more than a megabyte.
const WEIGHT: usize = 100 * 1024;
const ROWS: usize = 24;
const LIMIT: usize = 15;

fn rows() -> Vec<SearchRow> {
    let row = |n: usize| {
        let (status, day) = (TripStatus::Confirmed, n * 7 % 28 + 1);
        row(&format!("trip-{n}"), "alice", status, &format!("2026-03-{day:02}T10:00"))
    };
    (0..ROWS).map(row).collect()
}

/// A row may hold what a later release adds to it; here, a lot.
async fn weigh(bed: &Bed, rows: &[SearchRow]) {
    for row in rows {
        let update = bed.client.update_item().table_name(&bed.tables.search);
        let update = update.key("trip_id", AttributeValue::S(row.trip_id.to_string()));
        let update = update.update_expression("SET padding = :padding");
        let padding = AttributeValue::S("x".repeat(WEIGHT));
        update.expression_attribute_values(":padding", padding).send().await.unwrap();
    }
}

/// A search, and the partition of an index that it reads.
type Search = (Request, (&'static str, &'static str));

/// The ways to search for confirmed trips of one month: each reads another index.
fn searches() -> [Search; 3] {
    let searches = [
        (
            Request::get("/trips").by_operator().with("status", "CONFIRMED"),
            ("status_month", "CONFIRMED#2026-03"),
        ),
        (Request::get("/trips").by("alice"), ("customer_id", "alice")),
        (
            Request::get("/trips").by("alice").with("status", "CONFIRMED"),
            ("customer_status", "alice#CONFIRMED"),
        ),
    ];
    let march = |search: Request| search.with_all("from=2026-03-01&to=2026-03-31");
    searches.map(|(search, partition)| (march(search), partition))
}

fn goes_on(call: &Call) -> bool {
    !call.body["ExclusiveStartKey"].is_null()
}

/// A page of rows that are more than a megabyte takes several calls; whoever asked gets it full,
/// and the pages together have every row once.
#[tokio::test]
async fn fault_61_a_page_goes_on_past_a_megabyte_without_gap_or_repeat() {
    let (bed, rows) = (Bed::new().await, rows());
    fill(&bed, &rows).await;
    weigh(&bed, &rows).await;
    for (search, _) in searches() {
        for (order, descending) in [("asc", false), ("desc", true)] {
            let before = bed.database.calls().len();
            let search = search.clone().with("order", order).with("limit", &LIMIT.to_string());
            let pages = bed.pages(&search).await;
            let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
            assert_eq!(sizes, [LIMIT, ROWS - LIMIT], "{search:?}");
            assert_eq!(pages.concat(), in_order(&rows, descending), "{search:?}");
            let calls = &bed.database.calls()[before..];
            assert!(calls.iter().any(goes_on), "a megabyte was not passed: {search:?}");
        }
    }
}

/// An empty page of an index that goes on after a key.
fn empty_page(after: &Value) -> Fault {
    let body = json!({ "Items": [], "Count": 0, "ScannedCount": 100, "LastEvaluatedKey": after });
    Fault::Answer(Answer { status: 200, body })
}

/// A place before all rows of a partition, as DynamoDB gives it back.
fn before_all((name, value): (&str, &str)) -> Value {
    let mut key =
        json!({ "trip_id": { "S": "0" }, "departure_key": { "S": "2026-03-01T00:00#0" } });
    key[name] = json!({ "S": value });
    key
}

/// Asks while so many of the database's pages are empty: the answer, and the calls that it took.
async fn ask_over(
    empty_pages: usize,
    bed: &Bed,
    (search, partition): &Search,
) -> (Reply, Vec<Call>) {
    let (before, empty) = (bed.database.calls().len(), empty_page(&before_all(*partition)));
    bed.database.inject(faults::times(empty_pages, "Query", empty));
    let page = bed.ask(search).await;
    bed.database.heal();
    (page, bed.database.calls().split_off(before))
}

/// DynamoDB answers with nothing but a `LastEvaluatedKey`. That is not an end: reading goes on
/// after the key.
///
/// Breaks when a call without rows ends the reading (`store/src/view/bucket.rs`).
#[tokio::test]
async fn fault_61_an_empty_page_with_a_last_key_is_not_the_end() {
    let (bed, rows) = (Bed::new().await, rows());
    fill(&bed, &rows).await;
    for search in searches() {
        let (page, calls) = ask_over(3, &bed, &search).await;
        assert_eq!(
            (page.trips(), page.next_cursor()),
            (in_order(&rows, false), None),
            "{search:?}"
        );
        let after = before_all(search.1);
        assert!(calls[1..].iter().all(|call| call.body["ExclusiveStartKey"] == after), "{calls:?}");
    }
}

/// Empty pages do not end. Reading stops after a bounded number of calls and says where: the next
/// page goes on from there, and nothing is lost.
#[tokio::test]
async fn fault_61_empty_pages_without_end_are_read_so_far_and_gone_on_from() {
    let (bed, rows) = (Bed::new().await, rows());
    fill(&bed, &rows).await;
    for search in searches() {
        let (page, calls) = ask_over(usize::MAX, &bed, &search).await;
        assert_eq!(page.trips(), [""; 0]);
        assert_eq!(calls.len(), 10, "{search:?}");
        let rest = search.0.clone().with("cursor", &page.next_cursor().unwrap());
        assert_eq!(bed.pages(&rest).await.concat(), in_order(&rows, false), "{search:?}");
    }
}
