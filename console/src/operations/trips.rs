//! Trips on which nothing works any more, and trips that take long.

use domain::Timestamp;
use maud::{Markup, html};
use operator::in_flight::Work;

use crate::address::TRIPS;
use crate::app::App;
use crate::desk::Seen;
use crate::mend;
use crate::parts::{head, status, wide};
use crate::text::{between, count, day_and_time};

/// A row for each trip.
pub(super) fn part(app: &App, seen: &Seen) -> Markup {
    let trips = &seen.trips.found;
    html! {
        section #stuck {
            @if !trips.is_empty() {
                h2 { "Trips that are given up or take long" }
                p.note {
                    (count(trips.len() as u64, "trip")) ", the oldest first"
                    @if !seen.trips.is_whole { "; there may be more" }
                    ". " code { (app.command("stuck", "")) } " lists more."
                }
                (wide("Trips that are given up or take long", &table(app, trips, seen.now)))
            }
        }
    }
}

fn table(app: &App, trips: &[Work], now: Timestamp) -> Markup {
    html! {
        table.acts {
            (head(&["Trip", "Status", "Begun", "What works on it", "What to do"]))
            tbody { @for trip in trips { (row(app, trip, now)) } }
        }
    }
}

fn row(app: &App, trip: &Work, now: Timestamp) -> Markup {
    let id = trip.trip_id.as_str();
    html! {
        tr {
            th scope="row" { a id={ "stuck-" (id) } href={ (TRIPS) "/" (id) } { (id) } }
            td { (status(trip.status.as_str())) }
            td.time { (day_and_time(trip.created_at)) span.cause { (age(trip.created_at, now)) } }
            td {
                @match (&trip.execution, trip.given_up) {
                    (Some(execution), true) => { "nothing: its execution ended as " (status(&execution.status)) }
                    (Some(_), false) => { "its execution still tries" }
                    (None, _) => { "nothing, and no execution is known" }
                }
                @if let Some(step) = &trip.step { span.cause { "at " (step) } }
                @if let Some(error) = &trip.last_error { span.cause { (error.line()) } }
            }
            td {
                @if trip.given_up {
                    @let is_redrivable = trip.execution.as_ref().is_some_and(|last| last.redrivable);
                    (mend::actions(app, &trip.trip_id, is_redrivable))
                } @else { "Wait, or look at the trip." }
            }
        }
    }
}

/// How long ago, to the minute: a row that says nothing new is not sent again.
fn age(begun: Timestamp, now: Timestamp) -> String {
    let minutes = between(begun, now) / 60_000;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "just now".to_owned(),
        (0, minutes) => format!("{minutes} min ago"),
        (hours, minutes) => format!("{hours} h {minutes} min ago"),
    }
}
