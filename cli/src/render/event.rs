//! One event of the bus on one line.

use std::collections::BTreeMap;

use domain::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::outside;
use super::timeline::{colored, number};
use crate::palette::Palette;

/// The width of our longest event type.
const TYPE_WIDTH: usize = 19;

/// An event from the archive. The bus may hold events of others, so most fields are optional.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Archived {
    received_at: Timestamp,
    event: Delivered,
}

/// The form in which EventBridge delivers an event to a target.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Delivered {
    detail_type: String,
    source: String,
    /// As it is written: its numbers may be larger than any that this program can hold.
    detail: BTreeMap<String, Box<RawValue>>,
}

/// Time, type, trip and sequence; for an event that is not ours, its source.
pub(crate) fn render(archived: &Archived, palette: Palette) -> String {
    let Delivered { detail_type, source, detail } = &archived.event;
    let text =
        |member: &str| -> Option<String> { serde_json::from_str(detail.get(member)?.get()).ok() };
    let time = text("time").map_or(archived.received_at.to_string(), outside);
    let subject = match (text("subject"), text("sequence")) {
        (Some(trip), Some(sequence)) => {
            format!("{} {}", outside(trip), palette.faint(outside(number(&sequence))))
        }
        _ => palette.faint(outside(source)),
    };
    // The padding is outside the colours, whose codes would count towards the width.
    let padding = " ".repeat(TYPE_WIDTH.saturating_sub(outside(detail_type).chars().count()));
    format!("{time}  {}{padding}  {subject}", colored(detail_type, palette))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn line(detail_type: &str, detail: &Value) -> String {
        let archived = json!({
            "position": 7, "received_at": "2026-03-01T01:00:00.200Z", "bus": "trip-saga",
            "rules": [], "event": {
                "version": "0", "id": "e", "detail-type": detail_type, "source": "trip-saga",
                "account": "0", "time": "2026-03-01T01:00:00Z", "region": "r", "resources": [],
                "detail": detail,
            },
        });
        render(&serde_json::from_value(archived).unwrap(), Palette::PLAIN)
    }

    #[test]
    fn an_event_of_ours_shows_its_trip_and_sequence() {
        let detail = json!({
            "time": "2026-03-01T01:00:00.123Z", "subject": "trip-1", "sequence": "0000000010",
        });
        let line = line("trip.confirmed.v1", &detail);
        assert_eq!(line, "2026-03-01T01:00:00.123Z  trip.confirmed.v1    trip-1 10");
    }

    #[test]
    fn an_event_of_others_shows_when_it_came_and_from_where() {
        let line = line("something", &json!({"a": 1}));
        assert_eq!(line, "2026-03-01T01:00:00.200Z  something            trip-saga");
    }

    #[test]
    fn an_event_may_hold_any_number() {
        let event = r#"{"detail-type": "n", "source": "s", "detail": {"n": 1.10e400, "time": 7}}"#;
        let at = "2026-03-01T01:00:00.200Z";
        let archived = format!(r#"{{"received_at": "{at}", "event": {event}}}"#);
        let line = render(&serde_json::from_str(&archived).unwrap(), Palette::PLAIN);
        assert_eq!(line, format!("{at}  n                    s"));
    }

    #[test]
    fn an_event_of_others_stays_on_its_line() {
        let line = line("some\u{202e}thing\n", &json!({"time": "now\u{1b}[2J"}));
        assert_eq!(line, r"now\u{1b}[2J  some\u{202e}thing\n  trip-saga");
    }
}
