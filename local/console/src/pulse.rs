//! What the overview shows, read together: the bus's latest events, and the open work.
//!
//! It is read only while somebody looks, and at most once per tick for all who do.

pub(crate) mod tally;

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Timestamp};
use event_bus::{EventBus, Position, StorageError};
use event_source_mapping::Progress;
use store::outbox::Outbox;
use store::{OpenCounts, StoreError};
use tokio::sync::{Mutex, watch};

use crate::problem::Problem;
use tally::{Tally, WINDOW};

/// Events read from the archive at a time.
const PAGE: usize = 256;
/// Most pages for one beat; the rest follows with the next.
const PAGES: usize = 40;
/// How long the counts of open work are good for: each takes hundreds of small reads.
const WORK_EVERY: Duration = Duration::from_secs(3);

/// Reads what the overview shows.
pub(crate) struct Pulse {
    bus: EventBus,
    outbox: Outbox,
    projector: watch::Receiver<Progress>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    tally: Tally,
    /// The position up to which the archive has been read.
    after: Option<Position>,
    work: Option<(Timestamp, OpenCounts)>,
}

/// What the overview shows at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Beat {
    pub(crate) now: Timestamp,
    pub(crate) tally: Tally,
    pub(crate) work: OpenCounts,
    /// How far the view is behind the table, in milliseconds; absent before its first record.
    pub(crate) view_behind: Option<u64>,
    /// Whether events of the window are still to be read.
    pub(crate) is_behind: bool,
}

impl Pulse {
    pub(crate) fn new(
        bus: EventBus,
        outbox: Outbox,
        projector: watch::Receiver<Progress>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { bus, outbox, projector, clock, state: Mutex::default() }
    }

    /// What there is to show now.
    ///
    /// # Errors
    /// When the archive or the index of open work cannot be read.
    pub(crate) async fn beat(&self) -> Result<Beat, Problem> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        state.tally.forget_before(now);
        let is_behind = self.read_archive(&mut state, now).await?;
        let work = self.work(&mut state, now).await?;
        let tally = state.tally.clone();
        Ok(Beat { now, tally, work, view_behind: self.view_behind(now), is_behind })
    }

    /// Adds the events since the last beat; whether there are more than one beat may read.
    async fn read_archive(&self, state: &mut State, now: Timestamp) -> Result<bool, StorageError> {
        let archive = self.bus.archive();
        let oldest = archive.since(now.before(WINDOW)).await?;
        // Nobody may have looked for days.
        let mut after = state.after.map_or(oldest, |after| after.max(oldest));
        for _ in 0..PAGES {
            let events = archive.read(after, PAGE).await?;
            for event in &events {
                state.tally.add(event);
            }
            after = events.last().map_or(after, |last| last.position);
            state.after = Some(after);
            if events.len() < PAGE {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn work(&self, state: &mut State, now: Timestamp) -> Result<OpenCounts, StoreError> {
        if let Some((read_at, work)) = &state.work
            && now.since(*read_at) < WORK_EVERY
        {
            return Ok(work.clone());
        }
        let work = self.outbox.open_counts().await?;
        state.work = Some((now, work.clone()));
        Ok(work)
    }

    fn view_behind(&self, now: Timestamp) -> Option<u64> {
        let progress = self.projector.borrow();
        let ages = progress.shards.values().map(|shard| shard.iterator_age(now.as_millis()));
        ages.max().flatten()
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        Self::internal(&error)
    }
}
