//! The state of an installation, line by line, and the command behind each line that needs
//! somebody.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Timestamp, TripStatus};
use serde::Serialize;
use store::OpenCounts;
use store::view::Verification;

use crate::operator::consumers::{Consumer, Mapping};
use crate::palette::Palette;
use crate::render::{Table, age, count, outside};

/// The stream delivers an event within seconds, and the sweeper a missed one within minutes: an
/// older one needs a look.
const LATE: Duration = Duration::from_secs(15 * 60);

/// What was read.
pub(super) struct Reading {
    pub(super) now: Timestamp,
    pub(super) counts: OpenCounts,
    pub(super) oldest_pending: Option<Timestamp>,
    pub(super) given_up: usize,
    pub(super) consumers: Vec<(Consumer, Mapping)>,
    pub(super) batches: usize,
    pub(super) verification: Option<Verification>,
    pub(super) option: String,
}

/// The state of an installation.
#[derive(Serialize)]
pub(super) struct Report {
    /// Trips in flight, by status.
    in_flight: BTreeMap<TripStatus, u64>,
    /// Trips in flight on which nothing works, among the oldest hundred.
    given_up: usize,
    pending_events: u64,
    /// How long the oldest pending event has waited: the lag of the bus behind the trips.
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest_pending_seconds: Option<u64>,
    parked_events: u64,
    consumers: Vec<ConsumerState>,
    /// Batches of stream records that the consumers gave up.
    given_up_batches: usize,
    /// The last comparison of the whole view, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_verification: Option<Verification>,
    /// The commands to type next; without any, all is well.
    next: Vec<String>,
    #[serde(skip)]
    now: Timestamp,
}

#[derive(Serialize)]
struct ConsumerState {
    consumer: Consumer,
    state: String,
    last_result: String,
}

impl ConsumerState {
    fn is_well(&self) -> bool {
        self.state == "Enabled" && !self.last_result.starts_with("PROBLEM")
    }
}

impl Report {
    pub(super) fn of(reading: Reading) -> Self {
        let Reading { now, counts, oldest_pending, given_up, consumers, batches, .. } = reading;
        let state = |(consumer, mapping): (Consumer, Mapping)| ConsumerState {
            consumer,
            state: mapping.state,
            last_result: mapping.last_result,
        };
        let mut report = Self {
            in_flight: counts.trips,
            given_up,
            pending_events: counts.pending_events,
            oldest_pending_seconds: oldest_pending.map(|oldest| now.since(oldest).as_secs()),
            parked_events: counts.parked_events,
            consumers: consumers.into_iter().map(state).collect(),
            given_up_batches: batches,
            last_verification: reading.verification,
            next: Vec::new(),
            now,
        };
        report.next = report.needed(&reading.option);
        report
    }

    pub(super) fn is_well(&self) -> bool {
        self.next.is_empty()
    }

    fn is_late(&self) -> bool {
        self.oldest_pending_seconds.is_some_and(|seconds| seconds >= LATE.as_secs())
    }

    fn drifts(&self) -> bool {
        self.last_verification.is_some_and(|last| last.findings > 0)
    }

    fn needed(&self, option: &str) -> Vec<String> {
        let resumed = self.consumers.iter().filter(|consumer| consumer.state == "Disabled");
        let resume = resumed.map(|consumer| format!("resume {}", consumer.consumer));
        let looks = [
            (self.given_up > 0, "stuck --older-than 0s"),
            (self.is_late(), "stuck"),
            (self.parked_events > 0, "outbox list --parked"),
            (self.given_up_batches > 0, "on-failure list"),
            (self.drifts(), "verify"),
        ];
        let looks = looks.into_iter().filter(|(needed, _)| *needed);
        let looks = looks.map(|(_, command)| command.to_owned());
        resume.chain(looks).map(|command| format!("trip {command}{option}")).collect()
    }

    pub(super) fn text(&self, palette: Palette) -> String {
        let mut table = Table::default();
        let mark = |well: bool, text: String| if well { text } else { palette.bad(text) };
        let mut line = |name: &str, text: String| {
            table.row([palette.faint(name), text]);
        };
        line("in flight", self.trips(palette));
        line("given up", mark(self.given_up == 0, count(self.given_up, "trip")));
        line("pending", mark(!self.is_late(), self.pending()));
        let parked = usize::try_from(self.parked_events).unwrap_or(usize::MAX);
        line("parked", mark(parked == 0, count(parked, "event")));
        for consumer in &self.consumers {
            let text = format!("{}, {}", consumer.state, outside(&consumer.last_result));
            line(&consumer.consumer.to_string(), mark(consumer.is_well(), text));
        }
        line(
            "given-up batches",
            mark(self.given_up_batches == 0, self.given_up_batches.to_string()),
        );
        line("drift", mark(!self.drifts(), self.drift()));
        let next = self.next.iter().map(|command| format!("\n  {}", palette.code(command)));
        let next: String = next.collect();
        match next.is_empty() {
            true => format!("{}\n\n{}", table.text(), palette.good("nothing needs you")),
            false => format!("{}\n{next}", table.text()),
        }
    }

    fn trips(&self, palette: Palette) -> String {
        let by_status =
            |(status, trips): (&TripStatus, &u64)| format!("{trips} {}", palette.status(*status));
        let trips: Vec<_> = self.in_flight.iter().map(by_status).collect();
        if trips.is_empty() { "0 trips".to_owned() } else { trips.join(", ") }
    }

    fn pending(&self) -> String {
        let events = usize::try_from(self.pending_events).unwrap_or(usize::MAX);
        let events = count(events, "event");
        match self.oldest_pending_seconds {
            Some(seconds) => {
                format!("{events}, the oldest for {}", age(Duration::from_secs(seconds)))
            }
            None => events,
        }
    }

    fn drift(&self) -> String {
        let Some(last) = self.last_verification else {
            return "never looked for: trip verify".to_owned();
        };
        let ago = age(self.now.since(last.verified_at));
        let findings = usize::try_from(last.findings).unwrap_or(usize::MAX);
        format!("{} among {} trips, {ago} ago", count(findings, "finding"), last.trips)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(consumer: Consumer, state: &str) -> (Consumer, Mapping) {
        (consumer, Mapping::in_state(state))
    }

    fn reading(now: Timestamp) -> Reading {
        Reading {
            now,
            counts: OpenCounts::default(),
            oldest_pending: None,
            given_up: 0,
            consumers: Consumer::ALL.map(|consumer| mapping(consumer, "Enabled")).into(),
            batches: 0,
            verification: None,
            option: String::new(),
        }
    }

    #[test]
    fn a_healthy_installation_needs_nobody() {
        let report = Report::of(reading(Timestamp::from_millis(0)));
        assert!(report.is_well());
        let text = report.text(Palette::PLAIN);
        assert!(text.ends_with("\n\nnothing needs you"), "{text}");
    }

    #[test]
    fn each_trouble_is_told_with_its_command() {
        let now = Timestamp::from_millis(20 * 60 * 1_000);
        let counts = OpenCounts { pending_events: 3, parked_events: 1, ..OpenCounts::default() };
        let at = Timestamp::from_millis(0);
        let last = Verification { verified_at: at, trips: 9, rows: 8, findings: 2 };
        let report = Report::of(Reading {
            counts,
            oldest_pending: Some(at),
            given_up: 1,
            consumers: vec![mapping(Consumer::Projector, "Disabled")],
            batches: 4,
            verification: Some(last),
            option: " --stage prod".to_owned(),
            ..reading(now)
        });
        let commands = [
            "resume projector",
            "stuck --older-than 0s",
            "stuck",
            "outbox list --parked",
            "on-failure list",
            "verify",
        ];
        let commands = commands.map(|command| format!("trip {command} --stage prod"));
        assert_eq!(report.next, commands);
        let text = report.text(Palette::PLAIN);
        assert!(text.contains("3 events, the oldest for 20 min"), "{text}");
        assert!(text.contains("2 findings among 9 trips, 20 min ago"), "{text}");
    }
}
