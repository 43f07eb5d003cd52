//! The state of an installation, line by line.

use std::time::Duration;

use domain::TripStatus;
use operator::lag::Lag;
use operator::status::Status;

use crate::palette::Palette;
use crate::render::{Table, age, count, outside};

/// One line a thing to look at, and below them the commands to type next.
pub(super) fn text(status: &Status, palette: Palette) -> String {
    let mut table = Table::default();
    let mark = |well: bool, text: String| if well { text } else { palette.bad(text) };
    let mut line = |name: &str, text: String| {
        table.row([palette.faint(name), text]);
    };
    line("in flight", trips(status, palette));
    line("given up", mark(status.given_up == 0, given_up(status)));
    line("pending", mark(!status.is_late(), pending(status)));
    let parked = number(status.parked_events);
    line("parked", mark(parked == 0, count(parked, "event")));
    for consumer in &status.consumers {
        let text = format!("{}, {}", consumer.state, outside(&consumer.last_result));
        line(consumer.consumer.name(), mark(consumer.is_well(), text));
    }
    let batches = status.given_up_batches;
    line("given-up batches", mark(batches == 0, batches.to_string()));
    line("view", mark(!status.view.is_late(), view(status)));
    line("drift", mark(!status.drifts(), drift(status)));
    let next = status.next.iter().map(|command| format!("\n  {}", palette.code(command)));
    let next: String = next.collect();
    match next.is_empty() {
        true => format!("{}\n\n{}", table.text(), palette.good("nothing needs you")),
        false => format!("{}\n{next}", table.text()),
    }
}

fn trips(status: &Status, palette: Palette) -> String {
    let by_status =
        |(status, trips): (&TripStatus, &u64)| format!("{trips} {}", palette.status(*status));
    let trips: Vec<_> = status.in_flight.iter().map(by_status).collect();
    if trips.is_empty() { "0 trips".to_owned() } else { trips.join(", ") }
}

fn given_up(status: &Status) -> String {
    match status.given_up {
        0 => "none of them".to_owned(),
        given_up => format!("{given_up} of them"),
    }
}

fn view(status: &Status) -> String {
    let Lag { trips, behind, seconds } = status.view;
    let of = count(trips, "trip");
    match seconds {
        Some(seconds) => {
            let age = age(Duration::from_secs(seconds));
            format!("behind {behind} of {of} in flight, the oldest for {age}")
        }
        None => format!("up to date with {of} in flight"),
    }
}

fn pending(status: &Status) -> String {
    let events = count(number(status.pending_events), "event");
    match status.oldest_pending_seconds {
        Some(seconds) => {
            format!("{events}, the oldest for {}", age(Duration::from_secs(seconds)))
        }
        None => events,
    }
}

fn drift(status: &Status) -> String {
    let Some(last) = status.last_verification else {
        return "never looked for: trip verify".to_owned();
    };
    let ago = age(status.now.since(last.verified_at));
    format!("{} among {} trips, {ago} ago", count(number(last.findings), "finding"), last.trips)
}

fn number(counted: u64) -> usize {
    usize::try_from(counted).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use store::view::Verification;

    use super::*;

    fn status() -> Status {
        Status {
            in_flight: Default::default(),
            given_up: 0,
            view: Lag::default(),
            pending_events: 0,
            oldest_pending_seconds: None,
            parked_events: 0,
            consumers: Vec::new(),
            given_up_batches: 0,
            last_verification: None,
            next: Vec::new(),
            now: Timestamp::from_millis(20 * 60 * 1_000),
        }
    }

    #[test]
    fn a_healthy_installation_needs_nobody() {
        let text = text(&status(), Palette::PLAIN);
        assert!(text.ends_with("\n\nnothing needs you"), "{text}");
    }

    #[test]
    fn each_trouble_is_told_with_its_command() {
        let verified_at = Timestamp::from_millis(0);
        let status = Status {
            pending_events: 3,
            oldest_pending_seconds: Some(20 * 60),
            last_verification: Some(Verification { verified_at, trips: 9, rows: 8, findings: 2 }),
            view: Lag { trips: 9, behind: 2, seconds: Some(180) },
            next: vec!["trip stuck".to_owned(), "trip verify".to_owned()],
            ..status()
        };
        let text = text(&status, Palette::PLAIN);
        assert!(text.contains("3 events, the oldest for 20 min"), "{text}");
        assert!(text.contains("behind 2 of 9 trips in flight, the oldest for 3 min"), "{text}");
        assert!(text.contains("2 findings among 9 trips, 20 min ago"), "{text}");
        assert!(text.ends_with("\n\n  trip stuck\n  trip verify"), "{text}");
    }
}
