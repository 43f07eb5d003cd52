//! What the overview shows, read together: the bus's latest events, and the open work.
//!
//! It is read only while somebody looks, and at most once per tick for all who do.

mod given_up;
mod reader;
pub(crate) mod tally;

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Timestamp};
use store::outbox::Outbox;
use store::{InFlightTrip, OpenCounts, TripStore, Within};
use tokio::sync::Mutex;

use crate::ports::{EventLog, Executions, Following, View};
use crate::problem::Problem;
use reader::Reader;
use tally::Tally;

/// How long one beat is good for.
const BEAT: Duration = Duration::from_millis(500);
/// How long the counts of open work are good for: each takes hundreds of small reads.
const WORK_EVERY: Duration = Duration::from_secs(3);
/// Up to where each of the index's partitions is counted. There are 64 of each kind.
const COUNTED: usize = 50;

/// Reads what the overview shows.
pub(crate) struct Pulse {
    sources: Sources,
    state: Mutex<State>,
}

/// Where a pulse reads.
pub(crate) struct Sources {
    pub(crate) events: Option<Arc<dyn EventLog>>,
    pub(crate) executions: Arc<dyn Executions>,
    pub(crate) trips: TripStore,
    pub(crate) outbox: Outbox,
    pub(crate) view: Arc<dyn View>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The open work.
#[derive(Clone, Debug, Default)]
pub(crate) struct Work {
    pub(crate) open: Within<OpenCounts>,
    /// The trips on which nobody works any more, the oldest of each shard.
    pub(crate) given_up: Within<Vec<InFlightTrip>>,
}

#[derive(Default)]
struct State {
    tally: Tally,
    reader: Reader,
    work: Option<(Timestamp, Work)>,
    beat: Option<Arc<Beat>>,
}

/// What the overview shows at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Beat {
    pub(crate) now: Timestamp,
    /// The counts over the latest events; absent without a log of them.
    pub(crate) tally: Option<Tally>,
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
    pub(crate) async fn beat(&self) -> Result<Arc<Beat>, Problem> {
        let mut state = self.state.lock().await;
        let now = self.sources.clock.now();
        if let Some(beat) = &state.beat
            && now.since(beat.now) < BEAT
        {
            return Ok(Arc::clone(beat));
        }
        let beat = Arc::new(self.read(&mut state, now).await?);
        state.beat = Some(Arc::clone(&beat));
        Ok(beat)
    }

    async fn read(&self, state: &mut State, now: Timestamp) -> Result<Beat, Problem> {
        let State { tally, reader, .. } = state;
        tally.forget_before(now);
        let mut is_behind = false;
        if let Some(events) = &self.sources.events {
            is_behind = reader.read(&**events, now, tally).await?;
        }
        let work = self.work(state, now).await?;
        let view = self.sources.view.following(now, work.open.found.trips.values().sum()).await?;
        let tally = self.sources.events.is_some().then(|| state.tally.clone());
        Ok(Beat { now, tally, work, view, is_behind })
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
        let Sources { executions, trips, outbox, .. } = &self.sources;
        let open = outbox.open_counts_within(COUNTED).await?;
        // As many executions as trips leave no trip without one.
        let in_flight: u64 = open.found.trips.values().sum();
        let given_up = match in_flight > executions.running_count().unwrap_or_default() {
            true => given_up::given_up(&**executions, trips, now).await?,
            false => Within { found: Vec::new(), is_whole: true },
        };
        Ok(Work { open, given_up })
    }
}
