//! A search, read from its parameters under the rules for who may search for what.

use domain::time::to_minute;
use domain::{CustomerId, FieldError, TripStatus};
use jiff::civil::Date;
use lambda_kit::http::Caller;
use serde_json::json;
use store::view::{Order, SearchQuery};
use utoipa::IntoParams;

use super::parameters::Parameters;
use super::window::{self, Ends, WindowError};
use crate::openapi::schemas;

/// Rows on a page by default.
const DEFAULT_LIMIT: usize = 25;
/// The most rows on a page.
const MAX_LIMIT: usize = 100;

const STATUS: &str = "status";
const CUSTOMER: &str = "customer_id";
const FROM: &str = "from";
const TO: &str = "to";
const ORDER: &str = "order";
const LIMIT: &str = "limit";
const CURSOR: &str = "cursor";

/// The parameters as the contract describes them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes; `parse` reads")]
pub(crate) struct SearchParameters {
    /// Repeated, or several between commas. Operators give it or `customer_id`.
    #[param(value_type = Option<Vec<schemas::TripStatusName>>, style = Form, explode = true)]
    status: Option<String>,
    /// Whose trips: for operators.
    #[param(pattern = "^[A-Za-z0-9_.:@|-]{1,128}$")]
    customer_id: Option<String>,
    /// The earliest departure: a date or a date and time, local, as on the ticket. 12 months ago
    /// unless given.
    #[param(example = "2026-03-01", pattern = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$")]
    from: Option<String>,
    /// The latest departure, included; a date means its whole day. 24 months ahead unless given,
    /// and at most 36 months after `from`.
    #[param(example = "2026-03-31", pattern = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$")]
    to: Option<String>,
    /// By departure: the earliest first (`asc`), unless given.
    #[param(value_type = Option<schemas::Order>, style = Form, explode = true)]
    order: Option<String>,
    /// Most trips on the page.
    #[param(minimum = 1, maximum = 100, default = 25)]
    limit: Option<u8>,
    /// The page before's `next_cursor`, with the same other parameters.
    cursor: Option<String>,
}

const KNOWN: [&str; 7] = [STATUS, CUSTOMER, FROM, TO, ORDER, LIMIT, CURSOR];

/// The requested page of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// What is searched.
    pub(crate) search: Search,
    /// The most rows of the page.
    pub(crate) limit: usize,
    /// Where to continue, from the previous page; not verified yet.
    pub(crate) cursor: Option<String>,
}

/// What is the same for all pages of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    statuses: Vec<TripStatus>,
    customer_id: Option<CustomerId>,
    ends: Ends,
    order: Order,
}

impl Search {
    /// Who searches for what: one text for each caller and each set of filters. A cursor is bound
    /// to it.
    pub(crate) fn scope(&self, caller: &Caller) -> String {
        let names: Vec<_> = self.statuses.iter().map(|status| status.as_str()).collect();
        json!({
            "caller": caller.id.as_str(),
            "operator": caller.is_operator,
            "status": names,
            "customer_id": self.customer_id.as_ref().map(CustomerId::as_str),
            "from": self.ends.from.map(to_minute),
            "to": self.ends.to.map(to_minute),
            "descending": self.order == Order::Descending,
        })
        .to_string()
    }

    /// The query of the view, for a search that began on `began`.
    pub(crate) fn query(self, began: Date, after: Option<String>, limit: usize) -> SearchQuery {
        let window = self.ends.window(began);
        SearchQuery {
            statuses: self.statuses,
            customer_id: self.customer_id,
            from: window.from,
            to: window.to,
            order: self.order,
            limit,
            after,
        }
    }
}

/// Why a text is not a value of a parameter; the message is the rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
struct NotOneOf(String);

/// Reads the parameters of a search that `caller` makes.
///
/// # Errors
/// All rules that are broken, by parameter.
pub(crate) fn parse(
    pairs: Vec<(String, String)>,
    caller: &Caller,
) -> Result<Asked, Vec<FieldError>> {
    let mut parameters = Parameters::new(pairs, &KNOWN);
    let customer_id = customer(&mut parameters, caller);
    let statuses = statuses(&mut parameters);
    let ends = ends(&mut parameters);
    let order = parameters.one(ORDER, order).unwrap_or(Order::Ascending);
    let limit = parameters.one(LIMIT, limit).unwrap_or(DEFAULT_LIMIT);
    let cursor = parameters.one(CURSOR, |text| Ok::<_, NotOneOf>(text.to_owned()));
    let search = ends.map(|ends| Search { statuses, customer_id, ends, order });
    parameters.finish(search.map(|search| Asked { search, limit, cursor }))
}

/// Whose trips are searched: a customer's own, whatever they ask for; an operator may choose.
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

fn ends(parameters: &mut Parameters) -> Option<Ends> {
    let from = parameters.one(FROM, window::parse_from);
    let to = parameters.one(TO, window::parse_to);
    Ends::new(from, to).map_err(|error| parameters.report(TO, code(error), error)).ok()
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
mod tests;
