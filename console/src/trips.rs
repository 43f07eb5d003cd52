//! The search for trips. The query stands in the address, so a search can be kept and shared.

mod filter;
mod table;

use axum::response::Redirect;
use domain::{TripId, TripStatus};
use http::StatusCode;
use maud::html;

use crate::address::TRIPS;
use crate::answer::{Shared, Shown, shown};
use crate::layout::{Page, Tab};
use crate::problem::{Problem, field_errors};
use crate::query::Query;

/// Answers with a page of trips.
pub(crate) async fn page(Shared(app): Shared, query: Query) -> Shown {
    let answer = app.api.get(&asked(&query).on("/trips")).await?;
    let errors = field_errors(&answer.body);
    let is_found = answer.status == StatusCode::OK;
    if !is_found && errors.is_empty() && answer.status != StatusCode::BAD_REQUEST {
        return Err(Problem::of(&answer));
    }
    let content = html! {
        h1 { "Trips" }
        div.searches { (filter::form(&query, &errors)) (filter::by_id()) }
        @if is_found { (table::part(&query, &answer.body)) } @else { (Problem::of(&answer).notice()) }
    };
    shown(&app, &Page { title: "Trips", tab: Tab::Trips, live: None, content })
}

/// Leads to the trip of an id.
pub(crate) async fn find(query: Query) -> Result<Redirect, Problem> {
    let id = query.get("id").unwrap_or_default();
    match TripId::parse(id) {
        Ok(id) => Ok(Redirect::to(&format!("{TRIPS}/{id}"))),
        Err(rule) => {
            let detail = format!("A trip's id {rule}.");
            Err(Problem::new(StatusCode::BAD_REQUEST, "This cannot be a trip's id", detail))
        }
    }
}

/// What the API is asked: an operator has to name a status or a customer, and without either means
/// all.
fn asked(query: &Query) -> Query {
    if query.get("status").is_some() || query.get("customer_id").is_some() {
        return query.clone();
    }
    let all: Vec<_> = TripStatus::ALL.iter().map(|status| status.as_str()).collect();
    query.clone().with("status", all.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_a_filter_is_for_every_status() {
        let all = "CONFIRMED,FAILED,CANCELLED,PENDING,COMPENSATING,CANCELLING";
        let status = asked(&Query::parse("limit=5")).get("status").unwrap().to_owned();
        let sorted = |list: &str| {
            let mut names: Vec<_> = list.split(',').map(str::to_owned).collect();
            names.sort();
            names
        };
        assert_eq!(sorted(&status), sorted(all));
        let by_customer = Query::parse("customer_id=1");
        assert_eq!(asked(&by_customer), by_customer);
    }
}
