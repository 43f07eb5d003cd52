//! Search finds exactly what a filter over all rows would, page by page, in order.

use domain::{CustomerId, TicketTime, TripStatus};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rstest_reuse::apply;
use store::view::{Order, Page, SearchQuery, SearchRow, SearchView};
use testing::seeded;

use super::steps::reserve_flight;
use super::world::{On, on_both};

const CUSTOMERS: [&str; 3] = ["customer-1", "customer-2", "customer-3"];

fn row(trip: &str, status: TripStatus, customer: &str, departure: &str) -> SearchRow {
    SearchRow {
        status,
        customer_id: CustomerId::parse(customer).unwrap(),
        departure_time: Some(TicketTime::parse(departure).unwrap()),
        ..SearchRow::from_trip(reserve_flight(trip, 0).trip.state())
    }
}

fn query(statuses: &[TripStatus], from: &str, to: &str, order: Order) -> SearchQuery {
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    SearchQuery {
        statuses: statuses.to_vec(),
        customer_id: None,
        from,
        to,
        order,
        limit: 25,
        after: None,
    }
}

/// A minute of the turn of a year, from so few that many trips share one.
fn minute(random: &mut StdRng) -> String {
    let month = ["2025-11", "2025-12", "2026-01", "2026-02"].choose(random).unwrap();
    let (day, minute) = (random.random_range(1..=28) / 9 * 9 + 1, random.random_range(0..2) * 59);
    format!("{month}-{day:02}T23:{minute:02}")
}

fn random_rows(random: &mut StdRng, count: usize) -> Vec<SearchRow> {
    let row = |n| {
        let status = *TripStatus::ALL.choose(random).unwrap();
        let customer = CUSTOMERS.choose(random).unwrap();
        row(&format!("trip-{n}"), status, customer, &format!("{}:30+09:00", minute(random)))
    };
    (0..count).map(row).collect()
}

fn random_query(random: &mut StdRng) -> SearchQuery {
    let wanted = random.random_range(0..=3);
    let statuses: Vec<_> = TripStatus::ALL.choose_multiple(random, wanted).copied().collect();
    let named = statuses.is_empty() || random.random_bool(0.4);
    let customer = CustomerId::parse(CUSTOMERS.choose(random).unwrap()).unwrap();
    let order = *[Order::Ascending, Order::Descending].choose(random).unwrap();
    SearchQuery {
        customer_id: named.then_some(customer),
        limit: random.random_range(1..=12),
        ..query(&statuses, &minute(random), &minute(random), order)
    }
}

/// What the query finds among `rows`, by the plainest means.
fn filtered(rows: &[SearchRow], query: &SearchQuery) -> Vec<String> {
    let fits = |row: &&SearchRow| {
        let departure = row.departure_time.unwrap().local();
        let departure = departure.date().at(departure.hour(), departure.minute(), 0, 0);
        (query.statuses.is_empty() || query.statuses.contains(&row.status))
            && query.customer_id.as_ref().is_none_or(|customer| *customer == row.customer_id)
            && (query.from..=query.to).contains(&departure)
    };
    let mut keys: Vec<_> = rows.iter().filter(fits).filter_map(SearchRow::departure_key).collect();
    keys.sort();
    if query.order == Order::Descending {
        keys.reverse();
    }
    keys
}

/// The rows of a page that can be read.
fn rows(page: &Page) -> impl Iterator<Item = &SearchRow> {
    page.entries.iter().filter_map(|entry| entry.row.as_ref().ok())
}

/// The rows of one page.
async fn found(view: &SearchView, query: &SearchQuery) -> Vec<SearchRow> {
    rows(&view.search(query).await.unwrap()).cloned().collect()
}

/// The departure keys of all pages. No page may be longer than its limit.
async fn all_pages(view: &SearchView, query: &SearchQuery) -> Vec<String> {
    let (mut keys, mut query) = (Vec::new(), query.clone());
    loop {
        let page = view.search(&query).await.unwrap();
        assert!(page.entries.len() <= query.limit, "{query:?}");
        keys.extend(rows(&page).filter_map(SearchRow::departure_key));
        let Some(next) = page.next else {
            return keys;
        };
        assert_ne!(query.after.as_ref(), Some(&next), "no page stands still: {query:?}");
        query.after = Some(next);
    }
}

#[apply(on_both)]
#[tokio::test]
async fn search_finds_what_a_filter_finds(on: On) {
    let mut random = seeded();
    let view = on.bed().await.view();
    let rows = random_rows(&mut random, 150);
    for row in &rows {
        view.put_newer(row).await.unwrap();
    }
    for _ in 0..60 {
        let query = random_query(&mut random);
        assert_eq!(all_pages(&view, &query).await, filtered(&rows, &query), "{query:?}");
    }
}

#[apply(on_both)]
#[tokio::test]
async fn a_row_that_changed_its_status_is_found_under_the_new_one_only(on: On) {
    let view = on.bed().await.view();
    let before = row("trip-1", TripStatus::Pending, "customer-1", "2026-03-01T10:00");
    let after = SearchRow { status: TripStatus::Confirmed, version: 2, ..before.clone() };
    view.put_newer(&before).await.unwrap();
    view.put_newer(&after).await.unwrap();
    let march = |status| query(&[status], "2026-03-01T00:00", "2026-03-31T23:59", Order::Ascending);
    assert_eq!(found(&view, &march(TripStatus::Pending)).await, []);
    assert_eq!(found(&view, &march(TripStatus::Confirmed)).await, [after]);
}

#[tokio::test]
async fn a_page_reads_no_more_than_it_shows() {
    let view = On::DynamoDbLocal.bed().await.view();
    for n in 0..60 {
        let row = row(&format!("trip-{n}"), TripStatus::Failed, "customer-1", "2026-03-01T10:00");
        view.put_newer(&row).await.unwrap();
    }
    let march =
        query(&[TripStatus::Failed], "2026-03-01T00:00", "2026-03-31T23:59", Order::Ascending);
    let page = view.search(&march).await.unwrap();
    assert_eq!((rows(&page).count(), page.scanned), (25, 25));
    // 25 rows of half a kilobyte are 4 units of 4 KB at the most, each read at half its price.
    assert!(page.read_units <= 2.0, "{}", page.read_units);
    let last = rows(&page).last().and_then(SearchRow::departure_key);
    assert_eq!(page.next, last);
}

#[tokio::test]
async fn a_customers_trips_of_some_statuses_are_read_without_the_others() {
    let view = On::DynamoDbLocal.bed().await.view();
    for n in 0..130 {
        let status = TripStatus::ALL[usize::from(n % 13 == 0) + usize::from(n % 26 == 0)];
        let departure = format!("2026-03-{:02}T10:00", n % 28 + 1);
        view.put_newer(&row(&format!("trip-{n}"), status, "customer-1", &departure)).await.unwrap();
    }
    let rare = SearchQuery {
        customer_id: Some(CustomerId::parse("customer-1").unwrap()),
        ..query(&TripStatus::ALL[1..3], "2026-03-01T00:00", "2026-03-31T23:59", Order::Descending)
    };
    let page = view.search(&rare).await.unwrap();
    assert_eq!((rows(&page).count(), page.scanned, page.next), (10, 10, None));
}

/// For `cargo xtask bench units`: a customer's trips of one status, which are 25 of 60.
#[tokio::test]
async fn figures_of_the_rows_that_a_page_by_customer_and_status_reads() {
    let view = On::DynamoDbLocal.bed().await.view();
    for n in 0..60 {
        let status = if n % 12 < 5 { TripStatus::Cancelled } else { TripStatus::Confirmed };
        let departure = format!("2026-03-{:02}T10:00", n % 28 + 1);
        view.put_newer(&row(&format!("trip-{n}"), status, "customer-1", &departure)).await.unwrap();
    }
    let cancelled = SearchQuery {
        customer_id: Some(CustomerId::parse("customer-1").unwrap()),
        ..query(&[TripStatus::Cancelled], "2026-03-01T00:00", "2026-03-31T23:59", Order::Ascending)
    };
    let page = view.search(&cancelled).await.unwrap();
    let (shown, scanned) = (rows(&page).count(), page.scanned);
    assert_eq!(shown, 25);
    let more = scanned as f64 / shown as f64;
    println!("figure search-scanned {more} {scanned} rows for {shown}, by customer and status");
}

#[tokio::test]
async fn nothing_is_found_where_nothing_is_asked_for() {
    let view = On::DynamoDbLocal.bed().await.view();
    let stray = row("trip-1", TripStatus::Failed, "customer-1", "2026-03-01T10:00");
    view.put_newer(&stray).await.unwrap();
    let year = |statuses: &[TripStatus], limit| SearchQuery {
        limit,
        ..query(statuses, "2026-01-01T00:00", "2026-12-31T23:59", Order::Ascending)
    };
    assert_eq!(found(&view, &year(&[], 25)).await, []);
    assert_eq!(found(&view, &year(&[TripStatus::Failed], 0)).await, []);
    assert_eq!(found(&view, &year(&[TripStatus::Failed], 25)).await, [stray]);
}
