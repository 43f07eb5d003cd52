//! The parameters of a search, from text to the query of the view.

use rstest::rstest;

use super::*;
use TripStatus::{Cancelled, Confirmed, Failed};

fn asked(query: &str, is_operator: bool) -> Result<Asked, Vec<FieldError>> {
    let pair = |text: &str| {
        let (name, value) = text.split_once('=').unwrap();
        (name.to_owned(), value.to_owned())
    };
    let pairs = query.split('&').filter(|text| !text.is_empty()).map(pair).collect();
    parse(pairs, &Caller { id: id("me"), is_operator })
}

/// The query of the view for the first page.
fn search(query: &str, is_operator: bool) -> Result<SearchQuery, Vec<FieldError>> {
    let Asked { search, limit, .. } = asked(query, is_operator)?;
    Ok(search.query("2026-11-21".parse().unwrap(), None, limit))
}

fn id(text: &str) -> CustomerId {
    CustomerId::parse(text).unwrap()
}

/// The broken rules as `parameter code`, in alphabetical order.
fn broken(query: &str, is_operator: bool) -> Vec<String> {
    let errors = search(query, is_operator).map(|_| ()).unwrap_err();
    let mut broken: Vec<_> =
        errors.iter().map(|error| format!("{} {}", error.field, error.code)).collect();
    broken.sort();
    broken
}

#[test]
fn without_parameters_a_customer_sees_25_of_their_own_trips_around_today() {
    let query = search("", false).unwrap();
    assert_eq!(query.customer_id, Some(id("me")));
    assert_eq!(query.statuses, [] as [TripStatus; 0]);
    assert_eq!(to_minute(query.from), "2025-11-21T00:00");
    assert_eq!(to_minute(query.to), "2028-11-21T23:59");
    assert_eq!((query.order, query.limit), (Order::Ascending, 25));
}

#[rstest]
#[case("status=FAILED", vec![Failed])]
#[case("status=FAILED&status=CONFIRMED", vec![Confirmed, Failed])]
#[case("status=CANCELLED,CONFIRMED", vec![Confirmed, Cancelled])]
#[case("status=FAILED,FAILED&status=CANCELLED&status=FAILED", vec![Failed, Cancelled])]
fn statuses_may_be_repeated_or_separated_by_commas(
    #[case] query: &str,
    #[case] expected: Vec<TripStatus>,
) {
    assert_eq!(search(query, true).unwrap().statuses, expected);
}

#[rstest]
#[case("status=FAILED", true, None)]
#[case("customer_id=other", true, Some("other"))]
#[case("customer_id=other&status=FAILED", true, Some("other"))]
#[case("status=FAILED", false, Some("me"))]
#[case("customer_id=me", false, Some("me"))]
fn a_customer_searches_their_own_trips_and_an_operator_anyones(
    #[case] query: &str,
    #[case] is_operator: bool,
    #[case] customer: Option<&str>,
) {
    assert_eq!(search(query, is_operator).unwrap().customer_id, customer.map(id));
}

#[rstest]
#[case("order=asc&limit=1", Order::Ascending, 1)]
#[case("order=desc&limit=100", Order::Descending, 100)]
fn order_and_limit_are_as_asked(#[case] query: &str, #[case] order: Order, #[case] limit: usize) {
    let query = search(query, false).unwrap();
    assert_eq!((query.order, query.limit), (order, limit));
}

#[rstest]
#[case("", &["status required"])]
#[case("limit=0&status=FAILED", &["limit format"])]
#[case("limit=101&status=FAILED", &["limit format"])]
#[case("limit=-1&status=FAILED", &["limit format"])]
#[case("limit=1e2&status=FAILED", &["limit format"])]
#[case("limit=1000000000&status=FAILED", &["limit format"])]
#[case("limit=5&limit=6&status=FAILED", &["limit repeated"])]
#[case("status=confirmed", &["status format"])]
#[case("status=", &["status format"])]
#[case("status=FAILED,,CONFIRMED", &["status format"])]
#[case("status=FAILED&order=up", &["order format"])]
#[case("customer_id=a%23b c", &["customer_id format"])]
#[case("status=FAILED&cursor=a&cursor=b", &["cursor repeated"])]
#[case("status=FAILED&page=2", &["page unknown_parameter"])]
#[case("status=FAILED&Limit=5", &["Limit unknown_parameter"])]
#[case("status=FAILED&from=2026-03-02&to=2026-03-01", &["to to_after_from"])]
#[case("status=FAILED&from=2026-03-01&to=2029-03-02", &["to window"])]
#[case(
    "status=LOST&from=2026-02-30&to=tomorrow&order=up&limit=0&page=2&customer_id=",
    &[
        "customer_id format", "from format", "limit format", "order format",
        "page unknown_parameter", "status format", "to format",
    ]
)]
fn every_broken_rule_is_reported_at_once(#[case] query: &str, #[case] expected: &[&str]) {
    assert_eq!(broken(query, true), expected);
}

#[test]
fn a_customer_may_not_name_another() {
    assert_eq!(broken("customer_id=other", false), ["customer_id operators_only"]);
}

#[test]
fn a_flood_of_unknown_parameters_is_answered_within_bounds() {
    let long = "x".repeat(10_000);
    let query: Vec<_> = (0..500).map(|n| format!("p{n}{long}=1")).collect();
    let errors = search(&query.join("&"), false).unwrap_err();
    assert_eq!(errors.len(), 50);
    assert!(errors.iter().all(|error| error.field.len() <= 64));
}

/// The scope of what `caller` asks for.
fn scope(caller: &str, is_operator: bool, query: &str) -> String {
    let caller = Caller { id: id(caller), is_operator };
    asked(query, is_operator).unwrap().search.scope(&caller)
}

#[test]
fn every_caller_and_every_filter_has_a_scope_of_its_own() {
    let queries = [
        "status=FAILED",
        "status=FAILED,PENDING",
        "customer_id=me",
        "status=FAILED&customer_id=me",
        "status=FAILED&from=2026-03-01",
        "status=FAILED&to=2026-03-01",
        "status=FAILED&from=2026-03-01&to=2026-03-01",
        "status=FAILED&from=2026-03-01T00:01",
        "status=FAILED&order=desc",
    ];
    let callers = [("me", true), ("me", false), ("other", true)];
    let scopes = callers
        .iter()
        .flat_map(|(id, is_operator)| queries.iter().map(|query| scope(id, *is_operator, query)));
    let mut scopes: Vec<_> = scopes.collect();
    let count = scopes.len();
    scopes.sort();
    scopes.dedup();
    // A customer's own searches are the same with and without naming the customer.
    assert_eq!(scopes.len(), count - 1, "{scopes:#?}");
}

#[rstest]
#[case("status=FAILED,PENDING", "status=PENDING&status=FAILED&status=FAILED")]
#[case("status=FAILED&limit=5", "status=FAILED&limit=7&order=asc")]
#[case("status=FAILED&from=2026-03-01", "status=FAILED&from=2026-03-01T00:00:59&cursor=abc")]
fn the_same_filters_in_other_words_have_one_scope(#[case] one: &str, #[case] other: &str) {
    assert_eq!(scope("me", true, one), scope("me", true, other));
}
