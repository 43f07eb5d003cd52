//! The trip's events, with when each was published and what it says.

use domain::Timestamp;
use maud::{Markup, html};
use serde_json::Value;

use super::read::Trip;
use crate::address::{EVENTS, OPERATIONS};
use crate::parts::{event_tone, json, wide};
use crate::text::{between, clock_time, count, span};

/// A row for each event.
pub(super) fn part(trip: &Trip) -> Markup {
    let events = trip.events();
    html! {
        section #events {
            h2 { "Events" }
            @for (member, what) in [("expired", "no longer kept"), ("unreadable", "of a later release, and not shown")] {
                @if let Some(number) = trip.timeline[member].as_u64() { p.note { (count(number, "event")) " " (what) "." } }
            }
            @if events.is_empty() { p.note { "None yet: an event is written with the commit that it tells of." } }
            @else { (wide("Events", &table(events))) }
        }
    }
}

fn table(events: &[Value]) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th.number scope="col" { "#" }
                    @for name in ["Event", "Committed", "On the bus", "Payload"] {
                        th scope="col" { (name) }
                    }
                }
            }
            tbody { @for event in events { (row(event)) } }
        }
    }
}

fn row(entry: &Value) -> Markup {
    let event = &entry["event"];
    let sequence = event["sequence"].as_str().unwrap_or_default().trim_start_matches('0');
    let event_type = event["type"].as_str().unwrap_or_default();
    let committed: Option<Timestamp> = event["time"].as_str().and_then(|time| time.parse().ok());
    html! {
        tr {
            td.number { (sequence) }
            th scope="row" {
                a class={ "event " (event_tone(event_type)) } href={ (EVENTS) "/types/" (event_type) } { (event_type) }
            }
            td.time { @if let Some(at) = committed { (clock_time(at)) } }
            td { (published(entry, committed)) }
            td.payload {
                details id={ "event-" (sequence) } {
                    summary { "Show" span.hidden { " the payload of " (event_type) } }
                    (json(event))
                }
            }
        }
    }
}

fn published(entry: &Value, committed: Option<Timestamp>) -> Markup {
    let at: Option<Timestamp> = entry["dispatched_at"].as_str().and_then(|at| at.parse().ok());
    if let Some(reason) = entry["parked_reason"].as_str() {
        let is_discarded = entry["discarded_at"].is_string();
        return html! {
            @if is_discarded { span.event.bad { "discarded" } }
            @else { a.event.bad href={ (OPERATIONS) "#parked" } { "parked" } }
            span.cause { (reason) }
        };
    }
    match (committed, at) {
        (Some(committed), Some(at)) => html! { "after " (span(between(committed, at))) },
        _ => html! { span.event.busy { "not yet" } },
    }
}
