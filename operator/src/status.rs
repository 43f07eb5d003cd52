//! Everything that an operator looks at first, and the command behind each thing that needs
//! somebody.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Clock, Timestamp, TripStatus};
use lambda_kit::clock::SystemClock;
use serde::Serialize;
use store::OpenCounts;
use store::view::Verification;

use crate::consumers::{Consumer, Mapping};
use crate::lag::{self, Lag};
use crate::{Installation, given_up, in_flight};

/// The oldest trips in flight are asked for their executions, so many at most.
const TRIPS: usize = 100;
/// The stream delivers an event within seconds, and the sweeper a missed one within minutes: an
/// older one needs a look.
const LATE: Duration = Duration::from_secs(15 * 60);

/// The state of an installation.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// Trips in flight, by status; those on which nothing works among them.
    pub in_flight: BTreeMap<TripStatus, u64>,
    /// Trips in flight on which nothing works, among the oldest hundred.
    pub given_up: usize,
    /// How far the search view is behind these trips.
    pub view: Lag,
    /// Events that wait to be published.
    pub pending_events: u64,
    /// How long the oldest pending event has waited: the lag of the bus behind the trips.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_pending_seconds: Option<u64>,
    /// Events that wait for an operator.
    pub parked_events: u64,
    /// The consumers of the stream.
    pub consumers: Vec<ConsumerState>,
    /// Batches of stream records that the consumers gave up.
    pub given_up_batches: usize,
    /// The last comparison of the whole view, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_verification: Option<Verification>,
    /// The commands to type next; without any, all is well.
    pub next: Vec<String>,
    /// When this was looked at.
    #[serde(skip)]
    pub now: Timestamp,
}

/// How a consumer of the stream does.
#[derive(Clone, Debug, Serialize)]
pub struct ConsumerState {
    /// Which one.
    pub consumer: Consumer,
    /// Its mapping's state, in Lambda's words.
    pub state: String,
    /// The result of its last batch, in Lambda's words.
    pub last_result: String,
}

/// What was read.
struct Reading {
    now: Timestamp,
    counts: OpenCounts,
    oldest_pending: Option<Timestamp>,
    given_up: usize,
    view: Lag,
    consumers: Vec<(Consumer, Mapping)>,
    batches: usize,
    verification: Option<Verification>,
    option: String,
}

/// Looks at tables, executions and consumers.
///
/// # Errors
/// When one of them cannot be called.
pub async fn look(at: &Installation) -> anyhow::Result<Status> {
    let unstored = |error| at.place().unstored(error);
    let now = SystemClock.now();
    let counts = at.outbox.open_counts().await.map_err(unstored)?;
    let backlog = at.outbox.backlog().await.map_err(unstored)?;
    let (works, _) = in_flight::oldest(at, TRIPS).await?;
    let view = lag::of(at, works.iter().map(|work| work.trip_id.clone()).collect()).await?;
    let verification = at.view.last_verification().await.map_err(unstored)?;
    let mut consumers = Vec::new();
    for consumer in Consumer::ALL {
        let mapping = at.consumers.mapping(consumer).await?;
        consumers.push((consumer, mapping));
    }
    let batches = given_up::names(at).await?.len();
    Ok(Status::of(Reading {
        now,
        counts,
        oldest_pending: backlog.oldest_pending,
        given_up: works.iter().filter(|work| work.given_up).count(),
        view,
        consumers,
        batches,
        verification,
        option: at.place().option(),
    }))
}

impl ConsumerState {
    /// Whether it reads the stream, and its last batch was processed.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.state == "Enabled" && !self.last_result.starts_with("PROBLEM")
    }
}

impl Status {
    fn of(reading: Reading) -> Self {
        let Reading { now, counts, oldest_pending, given_up, consumers, batches, .. } = reading;
        let state = |(consumer, mapping): (Consumer, Mapping)| ConsumerState {
            consumer,
            state: mapping.state,
            last_result: mapping.last_result,
        };
        let mut status = Self {
            in_flight: counts.trips,
            given_up,
            view: reading.view,
            pending_events: counts.pending_events,
            oldest_pending_seconds: oldest_pending.map(|oldest| now.since(oldest).as_secs()),
            parked_events: counts.parked_events,
            consumers: consumers.into_iter().map(state).collect(),
            given_up_batches: batches,
            last_verification: reading.verification,
            next: Vec::new(),
            now,
        };
        status.next = status.needed(&reading.option);
        status
    }

    /// Whether nothing needs an operator.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.next.is_empty()
    }

    /// Whether an event waits for longer than the stream or the sweeper lets one wait.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.oldest_pending_seconds.is_some_and(|seconds| seconds >= LATE.as_secs())
    }

    /// Whether the last comparison found something.
    #[must_use]
    pub fn drifts(&self) -> bool {
        self.last_verification.is_some_and(|last| last.findings > 0)
    }

    fn needed(&self, option: &str) -> Vec<String> {
        let resumed = self.consumers.iter().filter(|consumer| consumer.state == "Disabled");
        let resume = resumed.map(|consumer| format!("resume {}", consumer.consumer));
        let looks = [
            (self.given_up > 0 || self.is_late(), "stuck"),
            (self.parked_events > 0, "outbox list --parked"),
            (self.given_up_batches > 0, "on-failure list"),
            (self.drifts() || self.view.is_late(), "verify"),
        ];
        let looks = looks.into_iter().filter(|(needed, _)| *needed);
        let looks = looks.map(|(_, command)| command.to_owned());
        resume.chain(looks).map(|command| format!("trip {command}{option}")).collect()
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
            view: Lag::default(),
            consumers: Consumer::ALL.map(|consumer| mapping(consumer, "Enabled")).into(),
            batches: 0,
            verification: None,
            option: String::new(),
        }
    }

    #[test]
    fn a_healthy_installation_needs_nobody() {
        assert!(Status::of(reading(Timestamp::from_millis(0))).is_well());
    }

    #[test]
    fn each_trouble_is_told_with_its_command() {
        let now = Timestamp::from_millis(20 * 60 * 1_000);
        let counts = OpenCounts { pending_events: 3, parked_events: 1, ..OpenCounts::default() };
        let at = Timestamp::from_millis(0);
        let last = Verification { verified_at: at, trips: 9, rows: 8, findings: 2 };
        let status = Status::of(Reading {
            counts,
            oldest_pending: Some(at),
            given_up: 1,
            consumers: vec![mapping(Consumer::Projector, "Disabled")],
            batches: 4,
            verification: Some(last),
            option: " --stage prod".to_owned(),
            ..reading(now)
        });
        let commands =
            ["resume projector", "stuck", "outbox list --parked", "on-failure list", "verify"];
        let commands = commands.map(|command| format!("trip {command} --stage prod"));
        assert_eq!(status.next, commands);
    }
}
