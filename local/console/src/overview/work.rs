//! The open work as numbers.

use domain::TripStatus;
use maud::{Markup, html};

use crate::pulse::Beat;
use crate::text::span;

/// The numbers, each with what it counts.
pub(super) fn part(beat: &Beat) -> Markup {
    let in_flight = |status| beat.work.trips.get(&status).copied().unwrap_or_default();
    let (view, told) = match beat.view_behind {
        None => ("–".to_owned(), "has seen nothing yet"),
        Some(0) => ("caught up".to_owned(), "with the table"),
        Some(behind) => (span(behind), "behind the table"),
    };
    html! {
        section #work aria-label="Open work" {
            dl.tiles {
                (tile("Being booked", in_flight(TripStatus::Pending), "PENDING", false))
                (tile("Being undone", in_flight(TripStatus::Compensating), "COMPENSATING", false))
                (tile("Being cancelled", in_flight(TripStatus::Cancelling), "CANCELLING", false))
                (tile("Events to publish", beat.work.pending_events, "pending", false))
                (tile("Events parked", beat.work.parked_events, "wait for an operator", true))
                div.tile { dt { "Search view" } dd { strong { (view) } span { (told) } } }
            }
        }
    }
}

fn tile(name: &str, number: u64, what: &str, is_bad: bool) -> Markup {
    let tone = match (number, is_bad) {
        (0, _) => "tile",
        (_, true) => "tile bad",
        (_, false) => "tile busy",
    };
    html! { div class=(tone) { dt { (name) } dd { strong { (number) } span { (what) } } } }
}
