//! The open work as numbers.

use domain::TripStatus;
use maud::{Markup, html};
use store::{InFlightTrip, Within};

use crate::address::{OPERATIONS, TRIPS};
use crate::app::App;
use crate::ports::Following;
use crate::pulse::Beat;
use crate::text::span;

/// The trips that are listed.
const LISTED: usize = 10;

/// The numbers, each with what it counts.
pub(super) fn part(app: &App, beat: &Beat) -> Markup {
    let Within { found: open, is_whole } = &beat.work.open;
    let number = |number| Within { found: number, is_whole: *is_whole };
    let in_flight = |status| number(open.trips.get(&status).copied().unwrap_or_default());
    let Within { found: given_up, is_whole: are_all } = &beat.work.given_up;
    let given_up_count = Within { found: given_up.len() as u64, is_whole: *are_all };
    let (view, told) = followed(app, beat.view);
    html! {
        section #work aria-label="Open work" {
            dl.tiles {
                (tile("Being booked", in_flight(TripStatus::Pending), "PENDING", None))
                (tile("Being undone", in_flight(TripStatus::Compensating), "COMPENSATING", None))
                (tile("Being cancelled", in_flight(TripStatus::Cancelling), "CANCELLING", None))
                (tile("Given up", given_up_count, "no saga works on them", Some("#stuck")))
                (tile("Events to publish", number(open.pending_events), "pending", None))
                (tile("Events parked", number(open.parked_events), "wait for an operator", Some("#parked")))
                div.tile { dt { a href={ (OPERATIONS) "#view" } { "Search view" } } dd { strong { (view) } span { (told) } } }
            }
            (listed(given_up))
        }
    }
}

/// How the view follows: a word, and what it is about.
fn followed(app: &App, view: Following) -> (String, String) {
    let (word, about) = match view {
        Following::NotBegun => ("–", "has seen nothing yet"),
        Following::Paused => {
            return ("paused".to_owned(), app.command("resume", " projector"));
        }
        Following::Failing => ("failing", "its last batch was not processed"),
        Following::Behind(0) => ("caught up", "with the table"),
        Following::Behind(millis) => return (span(millis), "behind the table".to_owned()),
        Following::InStep => ("in step", "with the trips in flight"),
    };
    (word.to_owned(), about.to_owned())
}

/// The first of the trips on which nobody works any more.
fn listed(trips: &[InFlightTrip]) -> Markup {
    html! {
        @if !trips.is_empty() {
            div.notice.bad {
                p { "Nobody works on these trips any more. A compensation has failed at every try, or its execution was stopped." }
                ul {
                    @for trip in trips.iter().take(LISTED) {
                        li { a href={ (TRIPS) "/" (trip.trip_id) } { (trip.trip_id) } }
                    }
                }
                p { a href={ (OPERATIONS) "#stuck" } { "What an operator can do" } }
            }
        }
    }
}

/// A number; where an operator can do something about it, with the way to the page that does.
fn tile(name: &str, number: Within<u64>, what: &str, mend: Option<&str>) -> Markup {
    let tone = match (number.found, mend) {
        (0, _) => "tile",
        (_, Some(_)) => "tile bad",
        (_, None) => "tile busy",
    };
    // Where not everything was counted, this number may not be all.
    let is_least = number.found > 0 && !number.is_whole;
    html! {
        div class=(tone) {
            dt {
                @match mend {
                    Some(part) => a href={ (OPERATIONS) (part) } { (name) },
                    None => (name),
                }
            }
            dd { strong { (number.found) @if is_least { "+" } } span { (what) } }
        }
    }
}
