//! What an operator looks at, read for all who look, and never more than a bounded part of it.

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Timestamp};
use futures::{StreamExt, TryStreamExt, stream};
use operator::Installation;
use operator::consumers::{Consumer, Mapping};
use operator::given_up::{self, Listed};
use operator::in_flight::{self, Work};
use operator::outbox::{self, OpenEvent, Selection};
use operator::status::ConsumerState;
use store::outbox::OutboxStatus;
use store::view::Verification;
use store::{InFlightTrip, Within};
use tokio::sync::Mutex;

use crate::hosting::Hosting;
use crate::problem::Problem;
use crate::pulse::Pulse;

/// How long a look is good for.
const GOOD_FOR: Duration = Duration::from_secs(3);
/// What takes longer than this is stuck, as for `trip stuck`.
const LONG: Duration = Duration::from_secs(10 * 60);
/// Trips that are asked at once.
const AT_ONCE: usize = 4;
/// The oldest trips of each status and shard among which the stuck ones are sought.
const EACH: usize = 10;
/// Events and batches that are shown.
const SHOWN: usize = 50;

/// The last look.
pub(crate) struct Desk {
    seen: Mutex<Option<Arc<Seen>>>,
    clock: Arc<dyn Clock>,
    hosting: Hosting,
}

/// What was seen.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) now: Timestamp,
    /// The oldest trips on which nothing works, or that take long.
    pub(crate) trips: Within<Vec<Work>>,
    /// Parked events.
    pub(crate) parked: Within<Vec<OpenEvent>>,
    /// How many events wait to be published for long.
    pub(crate) late: Within<usize>,
    pub(crate) consumers: Vec<ConsumerState>,
    pub(crate) batches: Listed,
    /// The last comparison of the whole view.
    pub(crate) verification: Option<Verification>,
}

impl Seen {
    /// Whether nothing waits for an operator.
    pub(crate) fn is_calm(&self) -> bool {
        self.trips.found.is_empty()
            && self.parked.found.is_empty()
            && self.late.found == 0
            && self.batches.all == 0
            && self.consumers.iter().all(ConsumerState::is_well)
            && self.verification.is_none_or(|last| last.findings == 0)
    }
}

impl Desk {
    pub(crate) fn new(clock: Arc<dyn Clock>, hosting: Hosting) -> Self {
        Self { seen: Mutex::default(), clock, hosting }
    }

    /// Forgets what was seen, since it was changed.
    pub(crate) async fn forget(&self) {
        *self.seen.lock().await = None;
    }

    /// What there is to see.
    ///
    /// # Errors
    /// When a table or a service cannot be called.
    pub(crate) async fn look(
        &self,
        at: &Installation,
        pulse: &Pulse,
    ) -> Result<Arc<Seen>, Problem> {
        let mut last = self.seen.lock().await;
        let now = self.clock.now();
        if let Some(seen) = &*last
            && now.since(seen.now) < GOOD_FOR
        {
            return Ok(Arc::clone(seen));
        }
        let seen = Arc::new(see(at, pulse, now, self.hosting.trips_asked()).await?);
        *last = Some(Arc::clone(&seen));
        Ok(seen)
    }
}

async fn see(
    at: &Installation,
    pulse: &Pulse,
    now: Timestamp,
    most: usize,
) -> Result<Seen, Problem> {
    let (parked, more) =
        outbox::list(at, OutboxStatus::Parked, SHOWN, &Selection::default()).await?;
    let mut consumers = Vec::new();
    for consumer in Consumer::ALL {
        let Mapping { state, last_result, .. } = at.consumers.mapping(consumer).await?;
        consumers.push(ConsumerState { consumer, state, last_result });
    }
    Ok(Seen {
        now,
        trips: trips(at, pulse, now, most).await?,
        parked: Within { found: parked, is_whole: !more },
        late: late(at, now).await?,
        consumers,
        batches: given_up::list(at, SHOWN).await?,
        verification: at.view.last_verification().await?,
    })
}

/// The oldest trips on which nothing works, or that take long, so many at most, with what an
/// operator can do.
async fn trips(
    at: &Installation,
    pulse: &Pulse,
    now: Timestamp,
    most: usize,
) -> Result<Within<Vec<Work>>, Problem> {
    let given_up = pulse.beat().await?.work.given_up.clone();
    let slow = at.trips.oldest_in_flight(now.before(LONG), EACH).await?;
    let mut found = given_up.found;
    let is_new = |trip: &InFlightTrip| found.iter().all(|known| known.trip_id != trip.trip_id);
    let slow_ones: Vec<_> = slow.found.into_iter().filter(is_new).collect();
    found.extend(slow_ones);
    found.sort_by_key(|trip| trip.created_at);
    let is_whole = given_up.is_whole && slow.is_whole && found.len() <= most;
    found.truncate(most);
    let works = stream::iter(found).map(|trip| in_flight::look(at, trip)).buffered(AT_ONCE);
    let works: Vec<Option<Work>> = works.try_collect().await?;
    Ok(Within { found: works.into_iter().flatten().collect(), is_whole })
}

/// How many events have waited for long, up to a page of them.
async fn late(at: &Installation, now: Timestamp) -> Result<Within<usize>, Problem> {
    let mut pages = std::pin::pin!(at.outbox.open(OutboxStatus::Pending, now.before(LONG)));
    let Some(page) = pages.try_next().await? else {
        return Ok(Within { found: 0, is_whole: true });
    };
    let found = page.records.len() + page.unreadable.len();
    Ok(Within { found, is_whole: pages.try_next().await?.is_none() })
}
