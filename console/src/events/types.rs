//! The types of events: what each tells, and its schema.

use std::sync::LazyLock;

use domain::contract::{EventSchema, schemas};
use maud::{Markup, html};

use crate::address::EVENTS;
use crate::parts::{event_tone, head, json, wide};
use crate::problem::Problem;

static TYPES: LazyLock<Vec<EventSchema>> = LazyLock::new(schemas);

/// Every type with a link to its schema.
pub(super) fn list() -> Markup {
    let table = html! {
        table {
            (head(&["Type", "What happened"]))
            tbody {
                @for event in TYPES.iter() {
                    tr {
                        th scope="row" {
                            a class={ "event " (event_tone(event.event_type)) }
                                href={ (EVENTS) "/types/" (event.event_type) } { (event.event_type) }
                        }
                        td { (event.description) }
                    }
                }
            }
        }
    };
    html! { section { h2 { "Types of events" } (wide("Types of events", &table)) } }
}

/// The schema of a type.
///
/// # Errors
/// When there is no such type.
pub(super) fn one(event_type: &str) -> Result<Markup, Problem> {
    let found = TYPES.iter().find(|event| event.event_type == event_type);
    let event =
        found.ok_or_else(|| Problem::not_found(format!("There is no type {event_type}.")))?;
    Ok(html! {
        p.crumb { a href=(EVENTS) { "Events" } }
        h1 { (event.event_type) }
        p.lead { (event.description) }
        p { a href={ "/events/schemas/" (event.event_type) } { "The schema as JSON" } }
        (json(&event.schema))
    })
}
