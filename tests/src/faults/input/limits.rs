//! Somebody asks for no rows, for a billion, or for the widest window there is.

use std::collections::BTreeSet;

use bed::{Bed, Call, Request};
use domain::TripStatus;
use serde_json::json;

use crate::faults::view::paging::rows::{fill, row};

const EVERY_STATUS: &str = "status=PENDING,CONFIRMED,COMPENSATING,CANCELLING,FAILED,CANCELLED";

/// A limit that is none is refused before anything is read.
#[tokio::test]
async fn fault_60_a_limit_outside_1_to_100_is_refused() {
    let bed = Bed::new().await;
    for limit in [
        "0",
        "-1",
        "101",
        "1e9",
        "1000000000",
        "99999999999999999999",
        "",
        " 5",
        "5.0",
        "+5",
        "0x10",
        "٥",
        "NaN",
        "5\0",
    ] {
        let search = Request::get("/trips").by("alice").with("limit", limit);
        let reply = bed.ask(&search).await;
        assert_eq!(reply.refusal(), (400, "InvalidQuery".to_owned()), "{limit:?}");
        assert_eq!(reply.body()["errors"][0]["field"], "limit", "{limit:?}");
    }
    assert_eq!(bed.database.calls(), []);
}

/// The calls without what the SDK sent again: a machine that is busy may be too slow for it.
fn first_attempts(bed: &Bed) -> impl Iterator<Item = Call> {
    bed.database.calls().into_iter().filter(|call| call.attempt == 1)
}

fn partition(call: &Call) -> String {
    call.body["ExpressionAttributeValues"][":partition"]["S"].as_str().unwrap().to_owned()
}

/// The largest search there is: every status, 36 months, 100 rows. It reads each month's partitions
/// once, never more rows than a page and one, and no table is scanned.
///
/// Breaks when a call has no limit of its own (`store/src/view/bucket.rs`).
#[tokio::test]
async fn fault_60_the_largest_search_reads_within_bounds() {
    let bed = Bed::new().await;
    let row = |n: usize| {
        let status = TripStatus::ALL[n % 6];
        row(&format!("trip-{n}"), "alice", status, &format!("2026-{:02}-01T10:00", n % 12 + 1))
    };
    fill(&bed, &(0..130).map(row).collect::<Vec<_>>()).await;
    let search = Request::get("/trips").by_operator().with_all(EVERY_STATUS);
    let page = bed.ask(&search.with_all("from=2026-01-01&to=2029-01-01&limit=100")).await;
    assert_eq!((page.trips().len(), page.next_cursor().is_some()), (100, true));

    let calls: Vec<_> = first_attempts(&bed).collect();
    let partitions: BTreeSet<_> = calls.iter().map(partition).collect();
    assert_eq!(calls.len(), partitions.len(), "a partition was read twice");
    assert!(calls.len() <= 37 * 6, "{}", calls.len());
    for call in calls {
        assert_eq!(call.operation, "Query");
        assert!(call.body["Limit"].as_u64().unwrap() <= 101, "{call:?}");
        assert!(call.body.get("FilterExpression").is_none(), "rows are read in vain: {call:?}");
    }
}

/// A status that is rare among a customer's trips is read without the others: from a partition of
/// its own, no more rows than a page and one.
///
/// Breaks when a customer's search by status reads the partition of all trips
/// (`store/src/view/search.rs`).
#[tokio::test]
async fn fault_60_a_status_that_is_rare_among_a_customers_trips_is_read_alone() {
    let bed = Bed::new().await;
    let rows = (0..130).map(|n| {
        let status = if n == 120 { TripStatus::Failed } else { TripStatus::Confirmed };
        row(&format!("trip-{n:03}"), "alice", status, "2026-03-01T10:00")
    });
    fill(&bed, &rows.collect::<Vec<_>>()).await;
    let search = Request::get("/trips").by("alice").with("status", "FAILED").with("limit", "5");
    assert_eq!(bed.pages(&search).await, [["trip-120"]]);
    let calls: Vec<_> = first_attempts(&bed).collect();
    assert_eq!(calls.iter().map(partition).collect::<Vec<_>>(), ["alice#FAILED"]);
    assert_eq!((&calls[0].body["Limit"], calls[0].body.get("FilterExpression")), (&json!(6), None));
}
