//! The events of a trip, in order.

use domain::{Envelope, Timestamp, TripId};
use serde::Deserialize;

use super::{Table, count, outside};
use crate::palette::Palette;

/// A timeline as the API answers it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Timeline {
    trip_id: TripId,
    events: Vec<Entry>,
    #[serde(default)]
    expired: usize,
    #[serde(default)]
    unreadable: usize,
}

#[derive(Clone, Debug, Deserialize)]
struct Entry {
    event: Envelope,
    dispatched_at: Option<Timestamp>,
    parked_reason: Option<String>,
    discarded_at: Option<Timestamp>,
}

/// One row per event, and the parts of the timeline that are missing.
pub(crate) fn render(timeline: &Timeline, palette: Palette) -> String {
    let Timeline { trip_id, events, expired, unreadable } = timeline;
    let mut lines: Vec<_> =
        (!events.is_empty()).then(|| table(events, palette)).into_iter().collect();
    if *expired > 0 {
        lines.push(format!("{} no longer kept", count(*expired, "earlier event")));
    }
    if *unreadable > 0 {
        let left_out = format!("{} left out", count(*unreadable, "event"));
        lines.push(palette.bad(format!("{left_out}, since this release cannot read it")));
    }
    if lines.is_empty() {
        return format!("{trip_id} has no events yet");
    }
    lines.join("\n")
}

fn table(events: &[Entry], palette: Palette) -> String {
    let mut table = Table::with_header(["#", "TIME", "EVENT", "DISPATCHED"], palette);
    for entry in events {
        let Envelope { sequence, time, event_type, .. } = &entry.event;
        let number = outside(number(sequence));
        table.row([number, time.to_string(), colored(event_type, palette), entry.fate(palette)]);
    }
    table.right(0).text()
}

impl Entry {
    /// How long the event took to reach the bus, or why it is not there.
    fn fate(&self, palette: Palette) -> String {
        match (self.dispatched_at, &self.parked_reason) {
            (Some(at), _) => {
                format!("after {} ms", at.as_millis().saturating_sub(self.event.time.as_millis()))
            }
            (None, Some(reason)) => {
                let fate = if self.discarded_at.is_some() { "discarded" } else { "parked" };
                palette.bad(format!("{fate}: {}", outside(reason)))
            }
            (None, None) => palette.busy("not yet"),
        }
    }
}

/// A sequence number without the zeros that make it sort as text.
pub(super) fn number(sequence: &str) -> &str {
    sequence.trim_start_matches('0')
}

/// An event's type, coloured by whether it is good news.
pub(super) fn colored(event_type: &str, palette: Palette) -> String {
    let shown = outside(event_type);
    match event_type.split('.').nth(1) {
        Some("reserved" | "captured" | "confirmed") => palette.good(shown),
        Some("rejected" | "declined" | "failed") => palette.bad(shown),
        _ => palette.faint(shown),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// An entry as the API shows it, with the known facts about the event.
    fn entry(sequence: &str, event_type: &str, beside: &Value) -> Value {
        let mut entry = json!({ "event": {
            "specversion": "1.0", "id": "01980000-0000-7000-8000-000000000001",
            "source": "/trip-saga", "type": event_type, "subject": "trip-1",
            "time": "2026-03-01T01:00:00.123Z", "datacontenttype": "application/json",
            "dataschema": "urn:trip-saga:events:x", "sequence": sequence,
            "correlationid": "trip-1", "sagaid": "saga", "data": {},
        }});
        let members = beside.as_object().unwrap().clone();
        entry.as_object_mut().unwrap().extend(members);
        entry
    }

    fn text(timeline: Value) -> String {
        render(&serde_json::from_value(timeline).unwrap(), Palette::PLAIN)
    }

    #[test]
    fn events_are_listed_with_how_long_they_took_to_the_bus_or_why_they_are_not_there() {
        let reason = "refused\u{2028}for good";
        let discarded = json!({"parked_reason": "r", "discarded_at": "2026-03-02T01:00:00.000Z"});
        let events = [
            entry(
                "0000000008",
                "hotel.reserved.v1",
                &json!({"dispatched_at": "2026-03-01T01:00:00.158Z"}),
            ),
            entry("0000000009", "payment.captured.v1", &json!({"parked_reason": reason})),
            entry("0000000010", "trip.confirmed.v1", &json!({})),
            entry("0000000011", "trip.cancelled.v1", &discarded),
        ];
        assert_eq!(
            text(json!({"trip_id": "trip-1", "events": events, "expired": 7, "unreadable": 1})),
            r" #  TIME                      EVENT                DISPATCHED
 8  2026-03-01T01:00:00.123Z  hotel.reserved.v1    after 35 ms
 9  2026-03-01T01:00:00.123Z  payment.captured.v1  parked: refused\u{2028}for good
10  2026-03-01T01:00:00.123Z  trip.confirmed.v1    not yet
11  2026-03-01T01:00:00.123Z  trip.cancelled.v1    discarded: r
7 earlier events no longer kept
1 event left out, since this release cannot read it"
        );
    }

    #[test]
    fn a_timeline_without_events_says_whether_it_had_any() {
        let timeline = json!({"trip_id": "trip-1", "events": []});
        assert_eq!(text(timeline.clone()), "trip-1 has no events yet");
        let mut expired = timeline;
        expired["expired"] = json!(4);
        assert_eq!(text(expired), "4 earlier events no longer kept");
    }
}
