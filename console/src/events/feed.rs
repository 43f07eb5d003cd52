//! The latest events of the bus, those of a pattern if one is typed.

use std::collections::VecDeque;
use std::sync::Arc;

use event_pattern::Pattern;
use maud::{Markup, html};
use serde_json::Value;

use crate::address::TRIPS;
use crate::parts::{event_tone, head, json, wide};
use crate::ports::{LoggedEvent, Position};
use crate::recent::{Kept, Recent};
use crate::text::{clock_time, count};

/// The events that are shown.
const SHOWN: usize = 50;
/// Events read from the log at a time.
const PAGE: usize = 256;

/// The latest events of a pattern.
pub(super) struct Feed {
    pattern: Option<Pattern>,
    /// Up to where the events have been looked at; `None` before the first look.
    after: Option<Position>,
    /// The newest first.
    shown: VecDeque<Arc<Kept>>,
    /// Events that were looked at.
    looked: u64,
    /// Those among them of the pattern.
    matched: u64,
}

impl Feed {
    pub(super) fn new(pattern: Option<Pattern>) -> Self {
        Self { pattern, after: None, shown: VecDeque::new(), looked: 0, matched: 0 }
    }

    /// Looks at the new events; at the latest ones, if it has looked at none yet or more have come
    /// than are kept.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(super) async fn read(&mut self, recent: &Recent) -> Result<(), anyhow::Error> {
        let new = match self.after {
            Some(after) => recent.after(after).await?,
            None => None,
        };
        let Some(new) = new else { return self.look_back(recent).await };
        for event in new {
            self.after = Some(event.event.position);
            if self.matches(&event) {
                self.shown.push_front(event);
            }
        }
        self.shown.truncate(SHOWN);
        Ok(())
    }

    /// Looks from the newest event back, until enough are found.
    async fn look_back(&mut self, recent: &Recent) -> Result<(), anyhow::Error> {
        *self = Self::new(self.pattern.take());
        let mut before = None;
        while self.looked < recent.look_back() {
            let events = recent.back(before, PAGE).await?;
            let Some(last) = events.last() else { return Ok(()) };
            before = Some(last.event.position);
            self.after = self.after.or(events.first().map(|newest| newest.event.position));
            for event in events {
                if self.matches(&event) {
                    self.shown.push_back(event);
                }
                if self.shown.len() == SHOWN {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn matches(&mut self, event: &Kept) -> bool {
        // An event that takes too much work to decide about does not stop the others.
        let decide = |pattern: &Pattern| pattern.matches(&event.event.event).unwrap_or(false);
        let matches = self.pattern.as_ref().is_none_or(decide);
        self.looked += 1;
        self.matched += u64::from(matches);
        matches
    }

    /// The list, the newest event first.
    pub(super) fn part(&self) -> Markup {
        html! {
            section #feed {
                h2 { "On the bus" }
                p.note { (self.told()) }
                @if !self.shown.is_empty() { (wide("Events on the bus", &self.table())) }
            }
        }
    }

    fn told(&self) -> String {
        let shown = self.shown.len() as u64;
        match &self.pattern {
            None if shown == 0 => {
                "None yet: an event appears here when the bus has taken it.".to_owned()
            }
            None => format!("The latest {}.", count(shown, "event")),
            Some(_) if self.matched > shown => {
                format!(
                    "{} of the latest {} match; the latest {shown} are shown.",
                    self.matched, self.looked
                )
            }
            Some(_) => format!("{} of the latest {} match.", self.matched, self.looked),
        }
    }

    fn table(&self) -> Markup {
        html! {
            table {
                (head(&["Time", "Event", "Trip", "Rules", "Event as delivered"]))
                tbody { @for event in &self.shown { (event.shown(row)) } }
            }
        }
    }
}

fn row(logged: &LoggedEvent) -> Markup {
    let event: Value = serde_json::from_str(logged.event.as_str()).unwrap_or_default();
    let event_type = event["detail-type"].as_str().unwrap_or_default();
    let subject = event["detail"]["subject"].as_str();
    let is_ours = event["source"] == domain::event::SOURCE;
    html! {
        tr {
            td.time { (clock_time(logged.received_at)) }
            th scope="row" { span class={ "event " (event_tone(event_type)) } { (event_type) } }
            td {
                @match subject {
                    Some(trip) if is_ours => {
                        a id={ "at-" (logged.position) } href={ (TRIPS) "/" (trip) } { (trip) }
                    }
                    _ => { (event["source"].as_str().unwrap_or_default()) }
                }
            }
            td { (logged.rules.join(", ")) }
            td.payload {
                details id={ "position-" (logged.position) } {
                    summary { "Show" span.hidden { " event " (logged.position) } }
                    (json(&event))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::ports::Memory;

    fn publish<'a>(log: &Memory, types: impl IntoIterator<Item = &'a str>) {
        for name in types {
            let event = json!({"source": "t", "detail-type": name, "detail": {}});
            log.add(Timestamp::from_millis(0), &event);
        }
    }

    fn shown(feed: &Feed) -> Vec<u128> {
        feed.shown.iter().map(|event| event.event.position.0).collect()
    }

    #[tokio::test]
    async fn a_feed_begins_with_the_latest_events_and_skips_what_a_slow_reader_missed() {
        let log = Arc::new(Memory::default());
        let recent = Recent::new(Arc::clone(&log) as _);
        let rare = Pattern::parse(r#"{"detail-type": ["rare"]}"#).unwrap();
        let (mut all, mut few) = (Feed::new(None), Feed::new(Some(rare)));
        for feed in [&mut all, &mut few] {
            feed.read(&recent).await.unwrap();
            assert_eq!((shown(feed), feed.looked), (vec![], 0));
        }

        publish(&log, ["rare"].into_iter().chain(std::iter::repeat_n("often", 5_000)));
        all.read(&recent).await.unwrap();
        assert_eq!((shown(&all), all.looked), ((4_952..=5_001).rev().collect(), 50));
        few.read(&recent).await.unwrap();
        assert!(few.shown.is_empty() && few.looked >= recent.look_back() && few.looked < 5_000);

        publish(&log, ["rare", "often"]);
        for feed in [&mut all, &mut few] {
            let looked = feed.looked;
            feed.read(&recent).await.unwrap();
            assert_eq!(feed.looked, looked + 2, "only what is new is looked at");
        }
        assert_eq!((shown(&all)[..2].to_vec(), shown(&few)), (vec![5_003, 5_002], vec![5_002]));
        // Both show the same one, which is rendered once.
        assert!(Arc::ptr_eq(&all.shown[1], &few.shown[0]));

        publish(&log, std::iter::repeat_n("often", 1_000));
        all.read(&recent).await.unwrap();
        assert_eq!((shown(&all)[0], all.looked), (6_003, 50));
    }
}
