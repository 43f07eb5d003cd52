//! What a search asks for, read from its parameters under the rules for who may ask what.

use domain::{CustomerId, FieldError, TripStatus};
use jiff::civil::{Date, DateTime};
use lambda_kit::http::Caller;
use store::view::{Order, SearchQuery};

use super::parameters::Parameters;
use super::window::{self, Window, WindowError};

/// Rows on a page unless asked otherwise.
const DEFAULT_LIMIT: usize = 25;
/// Most rows on a page.
const MAX_LIMIT: usize = 100;

const STATUS: &str = "status";
const CUSTOMER: &str = "customer_id";
const FROM: &str = "from";
const TO: &str = "to";
const ORDER: &str = "order";
const LIMIT: &str = "limit";
const KNOWN: [&str; 6] = [STATUS, CUSTOMER, FROM, TO, ORDER, LIMIT];

/// Why a text is none of a parameter's values; the message is the rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
struct NotOneOf(String);

/// Reads the parameters of a search that `caller` makes `today`.
///
/// # Errors
/// Every rule that is broken, by parameter.
pub(crate) fn parse(
    pairs: Vec<(String, String)>,
    caller: &Caller,
    today: Date,
) -> Result<SearchQuery, Vec<FieldError>> {
    let mut parameters = Parameters::new(pairs, &KNOWN);
    let customer_id = customer(&mut parameters, caller);
    let statuses = statuses(&mut parameters);
    let window = window(&mut parameters, today);
    let order = parameters.one(ORDER, order).unwrap_or(Order::Ascending);
    let limit = parameters.one(LIMIT, limit).unwrap_or(DEFAULT_LIMIT);
    let query = window.map(|Window { from, to }| SearchQuery {
        statuses,
        customer_id,
        from: to_minute(from),
        to: to_minute(to),
        order,
        limit,
        after: None,
    });
    parameters.finish(query)
}

/// Whose trips are searched: a customer's own, whatever they ask for; an operator says.
fn customer(parameters: &mut Parameters, caller: &Caller) -> Option<CustomerId> {
    let named = parameters.one(CUSTOMER, CustomerId::parse);
    if !caller.is_operator {
        if named.is_some_and(|named| named != caller.id) {
            parameters.report(CUSTOMER, "operators_only", "may be given by operators only");
        }
        return Some(caller.id.clone());
    }
    if !parameters.has(CUSTOMER) && !parameters.has(STATUS) {
        parameters.report(STATUS, "required", "is required unless customer_id is given");
    }
    named
}

fn statuses(parameters: &mut Parameters) -> Vec<TripStatus> {
    let mut statuses = parameters.many(STATUS, status);
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn window(parameters: &mut Parameters, today: Date) -> Option<Window> {
    let from = parameters.one(FROM, window::parse_from);
    let to = parameters.one(TO, window::parse_to);
    let window = Window::between(from, to, today);
    window.map_err(|error| parameters.report(TO, code(error), error)).ok()
}

fn to_minute(time: DateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M").to_string()
}

fn code(error: WindowError) -> &'static str {
    match error {
        WindowError::Backwards => "to_after_from",
        WindowError::TooWide => "window",
    }
}

fn status(name: &str) -> Result<TripStatus, NotOneOf> {
    let known = || TripStatus::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>();
    TripStatus::from_name(name)
        .ok_or_else(|| NotOneOf(format!("one or several of {}", known().join(", "))))
}

fn order(name: &str) -> Result<Order, NotOneOf> {
    match name {
        "asc" => Ok(Order::Ascending),
        "desc" => Ok(Order::Descending),
        _ => Err(NotOneOf("asc or desc".to_owned())),
    }
}

fn limit(digits: &str) -> Result<usize, NotOneOf> {
    let is_plain = digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_plain.then(|| digits.parse().ok()).flatten();
    let fits = |number: &usize| (1..=MAX_LIMIT).contains(number);
    number.filter(fits).ok_or_else(|| NotOneOf(format!("a whole number from 1 to {MAX_LIMIT}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use TripStatus::{Cancelled, Confirmed, Failed};
    use rstest::rstest;

    fn search(query: &str, is_operator: bool) -> Result<SearchQuery, Vec<FieldError>> {
        let pair = |text: &str| {
            let (name, value) = text.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        };
        let pairs = query.split('&').filter(|text| !text.is_empty()).map(pair).collect();
        let caller = Caller { id: id("me"), is_operator };
        parse(pairs, &caller, "2026-11-21".parse().unwrap())
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
        assert_eq!(query.from, "2025-11-21T00:00");
        assert_eq!(query.to, "2028-11-21T23:59");
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
    fn order_and_limit_are_as_asked(
        #[case] query: &str,
        #[case] order: Order,
        #[case] limit: usize,
    ) {
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
    #[case("status=FAILED&cursor=abc", &["cursor unknown_parameter"])]
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
}
