//! Carries out replays, in the background: queues events of archives for rules' targets again.

use std::error::Error;
use std::ops::RangeInclusive;
use std::time::Duration;

use domain::Timestamp;
use event_pattern::EventJson;
use serde::Deserialize;
use tokio::time::sleep;

use crate::archive::ArchivedEvent;
use crate::archives::{Contents, EventArchive};
use crate::bus::EventBus;
use crate::database::StorageError;
use crate::envelope;
use crate::replays::{Replay, ReplayState};

/// Events that are looked at in one step.
const PAGE: usize = 256;

/// Deliveries of a replay that may wait. A replay goes no faster than its targets.
const MOST_WAITING: usize = 1000;

/// How long to wait at most before the replays are looked at again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Carries out the replays of one bus.
pub(crate) struct Replayer {
    bus: EventBus,
}

#[derive(Deserialize)]
struct Occurred {
    time: Timestamp,
}

impl Replayer {
    pub(crate) fn new(bus: EventBus) -> Self {
        Self { bus }
    }

    /// Never ends. A replay goes on where it was, the next time.
    pub(crate) async fn run(self) {
        loop {
            let has_moved = self.step().await.unwrap_or_else(|error| {
                tracing::error!(error = &error as &dyn Error, "replays failed");
                false
            });
            if has_moved {
                continue;
            }
            tokio::select! {
                () = self.bus.replay_news().notified() => {}
                () = sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Moves each open replay by a page; false when none could move.
    async fn step(&self) -> Result<bool, StorageError> {
        let mut has_moved = false;
        for replay in self.bus.replays().all().await? {
            if replay.state.is_open() {
                has_moved |= self.advance(replay).await?;
            }
        }
        Ok(has_moved)
    }

    async fn advance(&self, replay: Replay) -> Result<bool, StorageError> {
        if self.bus.replays().waiting(&replay.name).await? >= MOST_WAITING {
            return Ok(false);
        }
        let now = self.bus.config().clock.now();
        let (next, again) = match self.bus.archives().get(&replay.archive).await? {
            Some(archive) => self.page(replay, &archive, now).await?,
            None => (lost(replay, now), Vec::new()),
        };
        self.bus.replays().advance(next, again, now).await?;
        self.bus.news().notify_one();
        Ok(true)
    }

    /// The replay behind its next page, and which rules get which of its events.
    async fn page(
        &self,
        mut replay: Replay,
        archive: &EventArchive,
        now: Timestamp,
    ) -> Result<(Replay, Vec<(i64, Vec<String>)>), StorageError> {
        let contents = archive.contents(now)?;
        let events = self.bus.archive().read_until(replay.position, replay.end, PAGE).await?;
        let is_last = events.len() < PAGE;
        replay.position = events.last().map_or(replay.end, |event| event.position);
        let mut again = Vec::new();
        let (from, to) = (replay.from, replay.to);
        for event in events.iter().filter(|event| is_meant(from..=to, &contents, event)) {
            replay.last_replayed = Some(event.received_at);
            again.push((event.position.row_id(), self.rules(&replay, event).await));
        }
        replay.state = ReplayState::Running;
        if is_last {
            (replay.state, replay.ended_at) = (ReplayState::Completed, Some(now));
        }
        Ok((replay, again))
    }

    /// The replay's rules that the event matches, with the replay's name in it.
    async fn rules(&self, replay: &Replay, event: &ArchivedEvent) -> Vec<String> {
        let replayed = envelope::for_replay(&event.event, Some(&replay.name));
        let replayed = replayed.and_then(|event| EventJson::stored(event.get().to_owned()));
        let Ok(replayed) = replayed else { return Vec::new() };
        let before = |rule: &str| self.bus.config().interceptor.rule(rule, &replayed);
        let matched = self.bus.rules().matching(&replay.bus, &replayed, before);
        let Ok(matched) = matched else { return Vec::new() };
        self.bus.keep_failed(matched.failed).await;
        let is_named = |rule: &String| replay.rules.is_empty() || replay.rules.contains(rule);
        matched.rules.into_iter().filter(is_named).collect()
    }
}

fn is_meant(times: RangeInclusive<Timestamp>, contents: &Contents, event: &ArchivedEvent) -> bool {
    let occurred: Result<Occurred, _> = serde_json::from_str(event.event.as_str());
    occurred.is_ok_and(|occurred| times.contains(&occurred.time)) && contents.has(event)
}

/// A replay whose archive was deleted meanwhile.
fn lost(replay: Replay, now: Timestamp) -> Replay {
    let reason = Some(format!("Archive {} does not exist.", replay.archive));
    Replay { state: ReplayState::Failed, reason, ended_at: Some(now), ..replay }
}
