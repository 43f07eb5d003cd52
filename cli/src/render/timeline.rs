//! What happened to a trip, in order.

use domain::{Envelope, Timestamp, TripId};
use serde::Deserialize;

use super::Table;
use crate::palette::Palette;

/// A timeline as the API answers it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Timeline {
    trip_id: TripId,
    events: Vec<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
struct Entry {
    #[serde(flatten)]
    envelope: Envelope,
    dispatched_at: Option<Timestamp>,
}

/// A row an event.
pub(crate) fn render(timeline: &Timeline, palette: Palette) -> String {
    if timeline.events.is_empty() {
        return format!("{} has no events that are still kept", timeline.trip_id);
    }
    let mut table = Table::with_header(["#", "TIME", "EVENT", "DISPATCHED"], palette);
    for entry in &timeline.events {
        let Envelope { sequence, time, event_type, .. } = &entry.envelope;
        let number = number(sequence);
        let event = colored(event_type, palette);
        table.row([number.to_owned(), time.to_string(), event, dispatched(entry, palette)]);
    }
    table.right(0).text()
}

/// How long the event took to the bus.
fn dispatched(entry: &Entry, palette: Palette) -> String {
    match entry.dispatched_at {
        Some(at) => {
            format!("after {} ms", at.as_millis().saturating_sub(entry.envelope.time.as_millis()))
        }
        None => palette.busy("not yet"),
    }
}

/// A sequence number without the zeros that make it sort as text.
pub(super) fn number(sequence: &str) -> &str {
    sequence.trim_start_matches('0')
}

/// An event's type by whether it is good news.
pub(super) fn colored(event_type: &str, palette: Palette) -> String {
    match event_type.split('.').nth(1) {
        Some("reserved" | "captured" | "confirmed") => palette.good(event_type),
        Some("rejected" | "declined" | "failed") => palette.bad(event_type),
        _ => palette.faint(event_type),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn event(sequence: &str, event_type: &str, dispatched_at: Option<&str>) -> Value {
        let mut event = json!({
            "specversion": "1.0", "id": "01980000-0000-7000-8000-000000000001",
            "source": "/trip-saga", "type": event_type, "subject": "trip-1",
            "time": "2026-03-01T01:00:00.123Z", "datacontenttype": "application/json",
            "dataschema": "urn:trip-saga:events:x", "sequence": sequence,
            "correlationid": "trip-1", "causationid": "saga", "data": {},
        });
        if let Some(at) = dispatched_at {
            event["dispatched_at"] = at.into();
        }
        event
    }

    fn text(events: &[Value]) -> String {
        let timeline = json!({"trip_id": "trip-1", "events": events});
        render(&serde_json::from_value(timeline).unwrap(), Palette::PLAIN)
    }

    #[test]
    fn events_are_listed_with_how_long_they_took_to_the_bus() {
        let events = [
            event("0000000009", "hotel.reserved.v1", Some("2026-03-01T01:00:00.158Z")),
            event("0000000010", "payment.captured.v1", None),
        ];
        assert_eq!(
            text(&events),
            " #  TIME                      EVENT                DISPATCHED
 9  2026-03-01T01:00:00.123Z  hotel.reserved.v1    after 35 ms
10  2026-03-01T01:00:00.123Z  payment.captured.v1  not yet"
        );
    }

    #[test]
    fn a_timeline_that_has_expired_says_so() {
        assert_eq!(text(&[]), "trip-1 has no events that are still kept");
    }
}
