//! One page of trips.

use maud::{Markup, html};
use serde_json::Value;

use crate::address::TRIPS;
use crate::parts::{money, status, wide};
use crate::query::Query;
use crate::text::{count, ticket_time};

/// The trips of an answer, and the way to the next page.
pub(super) fn part(query: &Query, answer: &Value) -> Markup {
    let trips: &[Value] = answer["trips"].as_array().map_or(&[], Vec::as_slice);
    let next = answer["next_cursor"].as_str();
    html! {
        section aria-labelledby="found" {
            h2 #found { (told(trips.len() as u64, next.is_some())) }
            @if query.get("from").is_none() || query.get("to").is_none() {
                p.note { "By departure. Without dates a search reaches from 12 months back to 24 months ahead." }
            }
            @if let Some(unreadable) = answer["unreadable"].as_u64() {
                p.notice.bad { (count(unreadable, "trip")) " left out of this page: this release cannot read them." }
            }
            @if trips.is_empty() && next.is_none() {
                p { "No trip departs in this window." }
            } @else {
                (wide("Trips", &table(trips)))
            }
            (pages(query, next))
        }
    }
}

fn told(trips: u64, has_more: bool) -> String {
    let more = if has_more { " on this page, and more follow" } else { "" };
    format!("{}{more}", count(trips, "trip"))
}

fn table(trips: &[Value]) -> Markup {
    let text = |trip: &Value, member: &str| trip[member].as_str().unwrap_or_default().to_owned();
    html! {
        table {
            thead {
                tr {
                    @for name in ["Trip", "Status", "Departure", "Flight", "Hotel", "Customer", "Amount"] {
                        th.number[name == "Amount"] scope="col" { (name) }
                    }
                }
            }
            tbody {
                @for trip in trips {
                    @let id = text(trip, "trip_id");
                    tr {
                        th scope="row" { a href={ (TRIPS) "/" (id) } { (id) } }
                        td { (status(&text(trip, "status"))) span.cause { (text(trip, "failure_code")) } }
                        td.time { (ticket_time(&text(trip, "departure_time"))) }
                        td { (text(trip, "flight_number")) }
                        td.long { (text(trip, "hotel_name")) }
                        td { (text(trip, "customer_id")) }
                        td.number { (money(&trip["amount"]).unwrap_or_default()) }
                    }
                }
            }
        }
    }
}

fn pages(query: &Query, next: Option<&str>) -> Markup {
    let first = query.without("cursor");
    html! {
        nav.pages aria-label="Pages of the search" {
            @if query.get("cursor").is_some() { a href=(first.on(TRIPS)) { "First page" } }
            @if let Some(cursor) = next { a href=(first.clone().with("cursor", cursor).on(TRIPS)) rel="next" { "Next page" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_escaped_and_the_query_goes_on_to_the_next_page() {
        let answer = json!({
            "trips": [{
                "trip_id": "trip-1", "status": "FAILED", "hotel_name": "<script>alert(1)</script>",
                "amount": {"value": "80000", "currency": "JPY"}, "failure_code": "HotelUnavailable",
            }],
            "next_cursor": "v1.a&b",
        });
        let page = part(&Query::parse("status=FAILED&cursor=old"), &answer).0;
        assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script"), "{page}");
        assert!(
            page.contains("href=\"/console/trips?status=FAILED&amp;cursor=v1.a%26b\""),
            "{page}"
        );
        assert!(page.contains("80000 JPY") && page.contains("HotelUnavailable"));
    }

    #[test]
    fn how_far_a_search_without_dates_reaches_is_said_whatever_it_finds() {
        let found = json!({ "trips": [{ "trip_id": "trip-1", "status": "FAILED" }] });
        for (query, is_said) in [
            ("status=FAILED", true),
            ("from=2026-03-01", true),
            ("from=2026-03-01&to=2026-03-02", false),
        ] {
            for answer in [&found, &json!({ "trips": [] })] {
                let page = part(&Query::parse(query), answer).0;
                assert_eq!(page.contains("from 12 months back"), is_said, "{query}: {page}");
            }
        }
    }
}
