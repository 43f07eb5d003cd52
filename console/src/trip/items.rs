//! The trip's items as they are stored.

use maud::{Markup, html};
use serde_json::Value;

use super::read::Trip;
use crate::parts::json;
use crate::text::count;

/// Each item in DynamoDB's JSON.
pub(super) fn part(trip: &Trip) -> Markup {
    html! {
        section #items {
            h2 { "Items as stored" }
            p.note { (count(trip.items.len() as u64, "item")) " in the trip's partition of the table." }
            @for item in &trip.items {
                @let key = text(item, "SK");
                details id={ "item-" (key) } {
                    summary { code { (key) } " " span.note { (text(item, "entity_type")) } }
                    (json(item))
                }
            }
        }
    }
}

fn text<'a>(item: &'a Value, attribute: &str) -> &'a str {
    item[attribute]["S"].as_str().unwrap_or_default()
}
