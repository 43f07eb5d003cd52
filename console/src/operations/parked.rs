//! Parked events: the bus refused them, or they cannot be read.

use maud::{Markup, html};
use operator::outbox::OpenEvent;

use crate::action::Action;
use crate::address::{OPERATIONS, TRIPS};
use crate::app::App;
use crate::desk::Seen;
use crate::parts::{event_tone, head, wide};
use crate::text::{count, day_and_time};

const DISCARDING: &str = "It will never be published: its subscribers will not know of it. It stays \
    in the table, to explain the gap.";

/// A row for each event.
pub(super) fn part(app: &App, seen: &Seen) -> Markup {
    let events = &seen.parked.found;
    html! {
        section #parked {
            @if !events.is_empty() {
                h2 { "Parked events" }
                p.note {
                    (count(events.len() as u64, "event"))
                    @if !seen.parked.is_whole { " and more" }
                    ". The bus has refused them for good, or they cannot be read. Once the reason is "
                    "mended, redrive them: the next sweep publishes what is older than its grace period."
                }
                (redrive_all(app))
                (wide("Parked events", &table(app, events)))
            }
        }
    }
}

fn redrive_all(app: &App) -> Markup {
    let action = Action {
        id: "redrive-all".to_owned(),
        to: format!("{OPERATIONS}/events/redrive-all"),
        name: "Redrive all",
        about: "parked events",
        fields: &[],
        command: app.command("outbox redrive", " --all"),
    };
    action.job(app)
}

fn table(app: &App, events: &[OpenEvent]) -> Markup {
    html! {
        table.acts {
            (head(&["Event", "Trip", "Happened", "Why it is parked", "What to do"]))
            tbody { @for event in events { (row(app, event)) } }
        }
    }
}

fn row(app: &App, event: &OpenEvent) -> Markup {
    let content = event.content.as_ref();
    let event_type = content.map_or("unreadable", |content| &content.event_type);
    html! {
        tr {
            th scope="row" { span class={ "event " (event_tone(event_type)) } { (event_type) } }
            td {
                @if let Some(key) = &event.key {
                    a href={ (TRIPS) "/" (key.trip_id) "#events" } { (key.trip_id) }
                }
            }
            td.time { @if let Some(content) = content { (day_and_time(content.occurred_at)) } }
            td { span.cause { (event.reason.as_deref().unwrap_or_default()) } }
            td { @if let Some(name) = &event.event { (actions(app, name)) } @else { "Its key is damaged." } }
        }
    }
}

fn actions(app: &App, event: &str) -> Markup {
    let action = |command: &str, name| Action {
        id: format!("{command}-{event}"),
        to: format!("{OPERATIONS}/events/{command}"),
        name,
        about: event,
        fields: &[],
        command: app.command(&format!("outbox {command}"), &argument(event)),
    };
    let fields = [("event", event)];
    html! {
        (Action { fields: &fields, ..action("redrive", "Redrive") }.form(&app.visitor.token))
        (Action { fields: &fields, ..action("discard", "Discard") }.guarded(&app.visitor.token, DISCARDING))
    }
}

/// An event's name begins with its trip's id, which may begin with a dash.
fn argument(event: &str) -> String {
    if event.starts_with('-') { format!(" -- {event}") } else { format!(" {event}") }
}
