//! The forms of the search.

use domain::{TripId, TripStatus};
use maud::{Markup, html};

use crate::address::TRIPS;
use crate::query::Query;

/// Filters, each with its value from the address and what is wrong with it.
pub(super) fn form(query: &Query, errors: &[(String, String)]) -> Markup {
    let is_asked =
        |status: &str| query.all("status").any(|list| list.split(',').any(|one| one == status));
    let order = query.get("order").unwrap_or("asc");
    html! {
        form.filter action=(TRIPS) method="get" role="search" aria-label="Search for trips" {
            fieldset.statuses {
                legend { "Status" }
                @for status in TripStatus::ALL {
                    @let name = status.as_str();
                    label { input type="checkbox" name="status" value=(name) checked[is_asked(name)]; " " (name) }
                }
                (error("status", errors))
            }
            (field(query, errors, "from", "Departs from", "date"))
            (field(query, errors, "to", "Departs to", "date"))
            (field(query, errors, "customer_id", "Customer", "text"))
            div.field {
                label for="order" { "Order" }
                select #order name="order" {
                    option value="asc" selected[order == "asc"] { "Earliest departure first" }
                    option value="desc" selected[order == "desc"] { "Latest departure first" }
                }
            }
            button type="submit" { "Search" }
        }
    }
}

/// The way to a trip that has no departure, and so stands in no list.
pub(super) fn by_id() -> Markup {
    html! {
        form.filter action={ (TRIPS) "/find" } method="get" aria-label="Find a trip by its id" {
            div.field {
                label for="id" { "Trip id" }
                input #id name="id" type="text" required pattern=" *[A-Za-z0-9_\\-]{1,64} *"
                    title={ "A trip's id " (TripId::RULE) } autocomplete="off" spellcheck="false" aria-describedby="id-note";
            }
            button.quiet type="submit" { "Open" }
            p.note #id-note { "Finds every trip, also one without a departure: a search goes by departure." }
        }
    }
}

fn field(
    query: &Query,
    errors: &[(String, String)],
    name: &str,
    label: &str,
    kind: &str,
) -> Markup {
    let value = query.get(name).unwrap_or_default();
    let is_wrong = errors.iter().any(|(field, _)| field == name);
    html! {
        div.field {
            label for=(name) { (label) }
            input id=(name) name=(name) type=(kind) value=(value) autocomplete="off"
                aria-invalid=[is_wrong.then_some("true")]
                aria-describedby=[is_wrong.then(|| format!("{name}-error"))];
            (error(name, errors))
        }
    }
}

fn error(name: &str, errors: &[(String, String)]) -> Markup {
    let told: Vec<_> = errors.iter().filter(|(field, _)| field == name).collect();
    html! {
        @if !told.is_empty() {
            p.error id={ (name) "-error" } { @for (_, detail) in told { (detail) ". " } }
        }
    }
}
