//! A cursor comes back that is not the caller's, not this search's, or not ours at all.

use std::time::Duration;

use bed::{Bed, CURSOR_KEYS, Reply, Request, invocation};
use domain::TripStatus;
use lambda_kit::config::name;
use rand::Rng;
use reqwest::Method;
use store::view::SearchRow;
use testing::seeded;

use super::live::Live;
use crate::faults::schedules;
use crate::faults::view::paging::rows::{fill, row};

const FORGERIES: usize = 200;
const WINDOW: &str = "from=2026-03-01&to=2026-03-31";

/// Nine trips of each of two customers.
fn rows() -> Vec<SearchRow> {
    let of = |customer: &'static str| {
        (1..=9).map(move |day| {
            let (id, departure) = (format!("{customer}-{day}"), format!("2026-03-{day:02}T10:00"));
            row(&id, customer, TripStatus::Confirmed, &departure)
        })
    };
    of("alice").chain(of("bob")).collect()
}

async fn bed() -> Bed {
    let bed = Bed::new().await;
    fill(&bed, &rows()).await;
    bed
}

/// A search by alice, of whose pages the first has three trips.
fn search() -> Request {
    Request::get("/trips").by("alice").with_all(WINDOW).with("limit", "3")
}

fn operators(query: &str) -> Request {
    Request::get("/trips").by_operator().with_all(query).with("limit", "3")
}

async fn cursor(bed: &Bed, search: &Request) -> String {
    bed.ask(search).await.next_cursor().unwrap()
}

/// What is answered to `search` with the cursor, and whether the database was asked.
async fn answer(bed: &Bed, search: Request, cursor: &str) -> (Reply, bool) {
    let before = bed.database.calls().len();
    let reply = bed.ask(&search.with("cursor", cursor)).await;
    (reply, bed.database.calls().len() > before)
}

#[track_caller]
fn assert_refused((reply, asked): (Reply, bool), rule: &str) {
    assert_eq!(reply.refusal(), (400, "InvalidCursor".to_owned()), "{}", reply.text);
    assert_eq!(reply.body()["errors"][0]["code"], rule, "{}", reply.text);
    assert!(!asked, "the database was asked");
}

/// A cursor is taken as it is by whoever it was given to, which shows that the refusals below are
/// for what they change.
///
/// Breaks when the view is not told the position (`query-api/src/search.rs`).
#[tokio::test]
async fn fault_55_an_untouched_cursor_goes_on_with_the_same_search() {
    let bed = bed().await;
    let (reply, _) = answer(&bed, search(), &cursor(&bed, &search()).await).await;
    assert_eq!(reply.trips(), ["alice-4", "alice-5", "alice-6"]);
}

/// Characters of a cursor are exchanged, taken away or added. Each forgery is refused before the
/// database is asked.
#[tokio::test]
async fn fault_55_a_forged_cursor_is_refused() {
    schedules(55, FORGERIES);
    let (bed, mut random) = (bed().await, seeded());
    let cursor = cursor(&bed, &search()).await;
    for _ in 0..FORGERIES {
        let mut forged: Vec<char> = cursor.chars().collect();
        let at = random.random_range(0..forged.len());
        match random.random_range(0..3) {
            0 => drop(forged.remove(at)),
            1 => forged.insert(at, 'A'),
            _ => forged[at] = char::from(random.random_range(b'!'..=b'~')),
        }
        let forged: String = forged.into_iter().collect();
        if forged != cursor {
            let (reply, asked) = answer(&bed, search(), &forged).await;
            assert_eq!(reply.refusal(), (400, "InvalidCursor".to_owned()), "{forged}");
            assert!(!asked, "{forged}");
        }
    }
}

/// A text that never was a cursor, of any bytes and of any length, is told as such.
///
/// Breaks when length and form are not looked at before the tag (`query-api/src/cursor.rs`).
#[tokio::test]
async fn fault_55_a_text_that_never_was_a_cursor_is_refused() {
    let bed = bed().await;
    let huge = format!("1.bed.{}.{}", "A".repeat(9_000), "A".repeat(43));
    for text in ["", ".", "...", "null", "1.none..", "2026-03-01T10:00#alice-3", "\u{0}\n🧳", &huge]
    {
        assert_refused(answer(&bed, search(), text).await, "unreadable");
    }
}

/// A cursor is a day old. It is refused, and so is one whose key was taken away.
#[tokio::test]
async fn fault_55_an_expired_cursor_is_refused() {
    let bed = bed().await;
    let cursor = cursor(&bed, &search()).await;
    bed.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    assert_eq!(answer(&bed, search(), &cursor).await.0.status, 200);
    bed.clock.advance(Duration::from_secs(1));
    assert_refused(answer(&bed, search(), &cursor).await, "expired");
}

/// The same cursor comes with another filter, or in the other order.
#[tokio::test]
async fn fault_55_a_cursor_of_another_search_is_refused() {
    let bed = bed().await;
    let query = format!("status=CONFIRMED&{WINDOW}");
    let cursor = cursor(&bed, &operators(&query)).await;
    assert_eq!(answer(&bed, operators(&query), &cursor).await.0.status, 200);
    for other in [
        "status=FAILED&from=2026-03-01&to=2026-03-31",
        "status=CONFIRMED,FAILED&from=2026-03-01&to=2026-03-31",
        "status=CONFIRMED&from=2026-03-02&to=2026-03-31",
        "status=CONFIRMED&from=2026-03-01&to=2026-03-30",
        "status=CONFIRMED&from=2026-03-01",
        "status=CONFIRMED&from=2026-03-01&to=2026-03-31&order=desc",
        "status=CONFIRMED&from=2026-03-01&to=2026-03-31&customer_id=alice",
        "customer_id=alice&from=2026-03-01&to=2026-03-31",
    ] {
        assert_refused(answer(&bed, operators(other), &cursor).await, "other_search");
    }
}

/// The same search by somebody else: another customer, an operator, another operator, a customer
/// with an operator's id.
#[tokio::test]
async fn fault_55_a_cursor_of_another_caller_is_refused() {
    let bed = bed().await;
    let alices = cursor(&bed, &search()).await;
    let of_alice = operators(&format!("customer_id=alice&{WINDOW}"));
    for other in [search().by("bob"), search().by("alice2"), of_alice.clone()] {
        assert_refused(answer(&bed, other, &alices).await, "other_search");
    }
    let operators = cursor(&bed, &of_alice).await;
    for other in [of_alice.clone().by("alice"), of_alice.by_operator_named("alice")] {
        assert_refused(answer(&bed, other, &operators).await, "other_search");
    }
}

/// The key that signed a cursor is retired: it still verifies while it is listed, and no longer
/// after.
///
/// Breaks when the first key alone verifies (`query-api/src/cursor/keys.rs`).
#[tokio::test]
async fn fault_55_a_cursor_outlives_the_rotation_of_its_key_and_not_its_removal() {
    let (bed, new) = (bed().await, "new:YW5vdGhlciBzZWNyZXQsIGFsc28gb2YgMzIgYnl0ZXM=");
    let old = cursor(&bed, &search()).await;
    let ask = async |keys: &str| {
        let config = bed.config_with(&[(name::CURSOR_KEYS, keys)]);
        let deps = query_api::Deps::from_config(&config).await.unwrap();
        let event = invocation(search().with("cursor", &old).event());
        let deps = deps.with_clock(bed.clock.clone());
        Reply::of(&query_api::handle(&deps, event).await.unwrap())
    };
    let rotated = ask(&format!("{new},{CURSOR_KEYS}")).await;
    assert_eq!(rotated.trips(), ["alice-4", "alice-5", "alice-6"]);
    assert!(rotated.next_cursor().unwrap().starts_with("1.new."), "the new key signs");
    assert_refused((ask(new).await, false), "unreadable");
}

/// Through the gateway of a running system, where each customer has a token of their own.
#[tokio::test]
async fn fault_55_the_gateway_takes_a_cursor_from_its_owner_alone() {
    let bed = bed().await;
    let live = Live::on(&bed).await;
    let get = async |customer: &str, query: &str| {
        live.ask(customer, Method::GET, &format!("/trips?{WINDOW}&limit=3{query}")).await
    };
    let first = get("alice", "").await.body();
    let go_on = format!("&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(get("alice", &go_on).await.body()["trips"][0]["trip_id"], "alice-4");
    for (customer, query) in [
        ("bob", go_on.clone()),
        ("alice", format!("{go_on}&order=desc")),
        ("alice", format!("{go_on}A")),
        ("alice", go_on[..go_on.len() - 1].to_owned()),
        ("alice", "&cursor=%00%FF".to_owned()),
    ] {
        let answer = get(customer, &query).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(!answer.text.contains("alice-"), "{}", answer.text);
    }
}
