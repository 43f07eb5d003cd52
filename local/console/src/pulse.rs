//! What the overview shows, read together: the bus's latest events, and the open work.
//!
//! It is read only while somebody looks, and at most once per tick for all who do.

mod given_up;
pub(crate) mod tally;

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Timestamp, TripId};
use event_bus::{EventBus, Position, StorageError};
use state_machine::Runner;
use store::outbox::Outbox;
use store::{OpenCounts, TripStore};
use tokio::sync::Mutex;

use crate::following::Following;
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
    sources: Sources,
    state: Mutex<State>,
}

/// Where a pulse reads.
pub(crate) struct Sources {
    pub(crate) bus: EventBus,
    pub(crate) runner: Runner,
    pub(crate) machines: [&'static str; 2],
    pub(crate) trips: TripStore,
    pub(crate) outbox: Outbox,
    pub(crate) view: Arc<dyn Fn(Timestamp) -> Following + Send + Sync>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The open work.
#[derive(Clone, Debug, Default)]
pub(crate) struct Work {
    pub(crate) open: OpenCounts,
    /// The trips on which nobody works any more.
    pub(crate) given_up: Vec<TripId>,
}

#[derive(Default)]
struct State {
    tally: Tally,
    /// The position up to which the archive has been read.
    after: Option<Position>,
    work: Option<(Timestamp, Work)>,
}

/// What the overview shows at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Beat {
    pub(crate) now: Timestamp,
    pub(crate) tally: Tally,
    pub(crate) work: Work,
    pub(crate) view: Following,
    /// Whether events of the window are still to be read.
    pub(crate) is_behind: bool,
}

impl Pulse {
    pub(crate) fn new(sources: Sources) -> Self {
        Self { sources, state: Mutex::default() }
    }

    /// What there is to show now.
    ///
    /// # Errors
    /// When the archive or the index of open work cannot be read.
    pub(crate) async fn beat(&self) -> Result<Beat, Problem> {
        let mut state = self.state.lock().await;
        let now = self.sources.clock.now();
        state.tally.forget_before(now);
        let is_behind = self.read_archive(&mut state, now).await?;
        let work = self.work(&mut state, now).await?;
        let tally = state.tally.clone();
        Ok(Beat { now, tally, work, view: (self.sources.view)(now), is_behind })
    }

    /// Adds the events since the last beat; whether there are more than one beat may read.
    async fn read_archive(&self, state: &mut State, now: Timestamp) -> Result<bool, StorageError> {
        let archive = self.sources.bus.archive();
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

    async fn work(&self, state: &mut State, now: Timestamp) -> Result<Work, Problem> {
        if let Some((read_at, work)) = &state.work
            && now.since(*read_at) < WORK_EVERY
        {
            return Ok(work.clone());
        }
        let work = self.read_work(now).await?;
        state.work = Some((now, work.clone()));
        Ok(work)
    }

    async fn read_work(&self, now: Timestamp) -> Result<Work, Problem> {
        let Sources { runner, machines, trips, outbox, .. } = &self.sources;
        let open = outbox.open_counts().await?;
        // As many executions as trips leave no trip without one.
        let in_flight: u64 = open.trips.values().sum();
        let given_up = match in_flight > runner.running_count() as u64 {
            true => given_up::given_up(runner, *machines, trips, now).await?,
            false => Vec::new(),
        };
        Ok(Work { open, given_up })
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        Self::internal(&error)
    }
}
