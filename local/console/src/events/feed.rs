//! The latest events of the bus, kept in a list that does not grow.

use std::collections::VecDeque;
use std::time::Duration;

use domain::Timestamp;
use event_bus::{ArchivedEvent, EventBus, Position, StorageError};
use event_pattern::Pattern;
use maud::{Markup, html};
use serde_json::Value;

use crate::address::TRIPS;
use crate::parts::{event_tone, head, json, wide};
use crate::text::{clock_time, count};

/// The events that are shown.
const SHOWN: usize = 50;
/// Events read from the archive at a time.
const PAGE: usize = 256;
/// Most pages at once: a reader that is further behind skips the rest.
const PAGES: usize = 16;
/// How far back the list begins.
const RECENT: Duration = Duration::from_secs(60 * 60);

/// The events of a pattern since a position.
pub(super) struct Feed {
    bus: EventBus,
    pattern: Option<Pattern>,
    after: Position,
    shown: VecDeque<ArchivedEvent>,
    seen: u64,
    /// Whether there was more than could be read at once.
    is_behind: bool,
}

impl Feed {
    /// A feed that begins with the events of the last hour.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub(super) async fn recent(
        bus: &EventBus,
        pattern: Option<Pattern>,
        now: Timestamp,
    ) -> Result<Self, StorageError> {
        let after = bus.archive().since(now.before(RECENT)).await?;
        let shown = VecDeque::new();
        Ok(Self { bus: bus.clone(), pattern, after, shown, seen: 0, is_behind: false })
    }

    /// Reads on, as far as one turn may.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub(super) async fn read(&mut self) -> Result<(), StorageError> {
        for _ in 0..PAGES {
            let events = self.bus.archive().read(self.after, PAGE).await?;
            self.is_behind = events.len() == PAGE;
            for event in events {
                self.after = event.position;
                self.add(event);
            }
            if !self.is_behind {
                return Ok(());
            }
        }
        Ok(())
    }

    fn add(&mut self, event: ArchivedEvent) {
        // An event that takes too much work to decide about does not stop the others.
        let matches = |pattern: &Pattern| pattern.matches(&event.event).unwrap_or(false);
        if self.pattern.as_ref().is_none_or(matches) {
            self.seen += 1;
            self.shown.push_front(event);
            self.shown.truncate(SHOWN);
        }
    }

    /// The list, the newest event first.
    pub(super) fn part(&self) -> Markup {
        html! {
            section #feed {
                h2 { "On the bus" }
                p.note {
                    (count(self.seen, "event")) " since an hour before this page was opened"
                    @if self.seen > SHOWN as u64 { "; the latest " (SHOWN) " are shown" }
                    @if self.is_behind { "; still reading" }
                    "."
                }
                @if !self.shown.is_empty() { (wide("Events on the bus", &self.table())) }
            }
        }
    }

    fn table(&self) -> Markup {
        html! {
            table {
                (head(&["Time", "Event", "Trip", "Rules", "Event as delivered"]))
                tbody { @for event in &self.shown { (row(event)) } }
            }
        }
    }
}

fn row(archived: &ArchivedEvent) -> Markup {
    let event: Value = serde_json::from_str(archived.event.as_str()).unwrap_or_default();
    let event_type = event["detail-type"].as_str().unwrap_or_default();
    let subject = event["detail"]["subject"].as_str();
    let is_ours = event["source"] == domain::event::SOURCE;
    html! {
        tr {
            td.time { (clock_time(archived.received_at)) }
            th scope="row" { span class={ "event " (event_tone(event_type)) } { (event_type) } }
            td {
                @match subject {
                    Some(trip) if is_ours => {
                        a id={ "at-" (archived.position) } href={ (TRIPS) "/" (trip) } { (trip) }
                    }
                    _ => { (event["source"].as_str().unwrap_or_default()) }
                }
            }
            td { (archived.rules.join(", ")) }
            td.payload {
                details id={ "position-" (archived.position) } {
                    summary { "Show" span.hidden { " event " (archived.position) } }
                    (json(&event))
                }
            }
        }
    }
}
