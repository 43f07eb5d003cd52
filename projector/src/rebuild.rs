//! Brings the whole view up to date with the write table, while the system is live.
//!
//! A row that is missing or older is written under the projector's own condition: if the stream has
//! brought a newer version meanwhile, that version stays. The rebuild and the projector need not
//! know of each other. What the projector never changes is repaired only on request: see
//! [`Powers`].

mod gap;

use std::future::ready;

use domain::TripId;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use lambda_kit::error::chain;
use store::view::{Put, SearchRow, SearchView};
use store::{CodecError, StoreError, TripStore, UnreadableItem};

use crate::projection::CONCURRENT_WRITES;
use gap::Gap;

pub use gap::Damage;

/// How often one row is read: it may change between a read and a write, and it is read again after
/// a write that the projector would not make.
const LOOKS: usize = 8;

/// Rows whose trips are looked for in one call.
const ROWS_A_LOOK: usize = 100;

/// What a rebuild may do beyond writing rows that are missing or older.
#[derive(Clone, Copy, Debug, Default)]
pub struct Powers {
    /// Replace a row that differs from its trip, is ahead of it, or cannot be read.
    pub force: bool,
    /// Remove a row that has no trip.
    pub remove_orphans: bool,
    /// Write nothing, but report what would be written.
    pub dry_run: bool,
}

/// What a rebuild has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Trips that were read, including those that cannot be understood.
    pub read: usize,
    /// Rows that are written.
    pub written: usize,
    /// Rows that match their trips.
    pub unchanged: usize,
    /// Rows without a trip that are removed.
    pub removed: usize,
    /// Rows that are wrong and were left so, since nobody asked to repair that kind of damage.
    pub left: Vec<Left>,
    /// Why each of these trips cannot be understood. Its row is left unchanged.
    pub unreadable: Vec<String>,
}

/// A row that is wrong and was left unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The trip's id from the row's key.
    pub trip_id: String,
    /// What is wrong.
    pub damage: Damage,
}

/// A rebuild of one view from one write table.
#[derive(Clone, Debug)]
pub struct Rebuild {
    trips: TripStore,
    view: SearchView,
    powers: Powers,
}

/// What a scan of a table says about one of its items.
pub type Read = Result<SearchRow, StoreError>;

/// The result for a row.
#[derive(Debug)]
enum RowFate {
    Written,
    Unchanged,
    Removed,
    Left(Damage),
    /// The trip cannot be read, so its row is unknown.
    Unreadable(String),
}

impl Rebuild {
    /// A rebuild of `view` from `trips`.
    #[must_use]
    pub fn new(trips: TripStore, view: SearchView, powers: Powers) -> Self {
        Self { trips, view, powers }
    }

    /// Rebuilds the rows of all trips, then checks the rows that belong to no trip, a few at a
    /// time, and reports `progress` after each. What cannot be understood or repaired is reported
    /// and blocks nothing else.
    ///
    /// # Errors
    /// The first call that still fails after the store's own retries ends the rebuild. What was
    /// written stays written; the next rebuild finds it unchanged.
    pub async fn all(&self, mut progress: impl FnMut(&Rebuilt)) -> Result<Rebuilt, StoreError> {
        let rebuilt = self.of(self.trips.all_trips(), &mut progress).await?;
        self.beside(self.view.all_rows(), rebuilt, progress).await
    }

    /// Brings the rows of these trips up to date with the write table; `trips` is what was read of
    /// them at once.
    ///
    /// # Errors
    /// Same as [`Rebuild::all`].
    pub async fn trips(&self, trips: Vec<Read>) -> Result<Rebuilt, StoreError> {
        self.of(stream::iter(trips), |_| ()).await
    }

    /// Checks those of these rows that have no trip; `rows` is what was read of the view at once.
    ///
    /// # Errors
    /// Same as [`Rebuild::all`].
    pub async fn rows(&self, rows: Vec<Read>) -> Result<Rebuilt, StoreError> {
        self.beside(stream::iter(rows), Rebuilt::default(), |_| ()).await
    }

    /// Brings the rows of these trips up to date with the write table; `trips` is what was read of
    /// them.
    ///
    /// # Errors
    /// Same as [`Rebuild::all`].
    pub async fn of(
        &self,
        trips: impl Stream<Item = Result<SearchRow, StoreError>>,
        mut progress: impl FnMut(&Rebuilt),
    ) -> Result<Rebuilt, StoreError> {
        let fates = trips.map(|trip| self.trip(trip)).buffer_unordered(CONCURRENT_WRITES);
        let counted = fates.try_fold(Rebuilt::default(), |mut rebuilt, (trip_id, fate)| {
            rebuilt.read += 1;
            rebuilt.count(trip_id, fate);
            progress(&rebuilt);
            ready(Ok(rebuilt))
        });
        counted.await
    }

    /// Brings one trip's row up to date with the write table; `None` if there is neither a trip nor
    /// a row.
    ///
    /// # Errors
    /// Same as [`Rebuild::all`].
    pub async fn one(&self, trip: &TripId) -> Result<Option<Rebuilt>, StoreError> {
        let known = match self.trips.root(trip).await {
            Ok(root) => root.is_some(),
            Err(StoreError::Codec(_)) => true,
            Err(error) => return Err(error),
        };
        if !known && self.view.look(trip).await?.is_none() {
            return Ok(None);
        }
        let mut rebuilt = Rebuilt { read: usize::from(known), ..Rebuilt::default() };
        rebuilt.count(trip.to_string(), self.settle(trip, None).await?);
        Ok(Some(rebuilt))
    }

    /// Checks the rows that have no trip.
    async fn beside(
        &self,
        rows: impl Stream<Item = Read>,
        rebuilt: Rebuilt,
        mut progress: impl FnMut(&Rebuilt),
    ) -> Result<Rebuilt, StoreError> {
        let rows = rows.chunks(ROWS_A_LOOK);
        let orphans = rows.map(|rows| self.orphans(rows)).buffered(1);
        let orphans = orphans.map_ok(|rows| stream::iter(rows.into_iter().map(Ok))).try_flatten();
        let fates = orphans.map_ok(|row| self.row(row)).try_buffer_unordered(CONCURRENT_WRITES);
        let counted = fates.try_fold(rebuilt, |mut rebuilt, (trip_id, fate)| {
            rebuilt.count(trip_id, fate);
            progress(&rebuilt);
            ready(Ok(rebuilt))
        });
        counted.await
    }

    /// Those of the rows that have no trip, or whose trip's id cannot be read.
    async fn orphans(&self, rows: Vec<Read>) -> Result<Vec<Read>, StoreError> {
        let ids: Vec<_> = rows.iter().filter_map(|row| TripId::parse(&name(row)).ok()).collect();
        let existing = self.trips.existing(&ids).await?;
        let has_trip =
            |row: &Read| TripId::parse(&name(row)).is_ok_and(|id| existing.contains(&id));
        Ok(rows.into_iter().filter(|row| !has_trip(row)).collect())
    }

    async fn trip(&self, read: Read) -> Result<(String, RowFate), StoreError> {
        match read {
            Ok(trip) => {
                let id = trip.trip_id.clone();
                Ok((id.to_string(), self.settle(&id, Some(trip)).await?))
            }
            Err(StoreError::Unreadable(item)) => {
                let reason = chain(&item);
                Ok((item.trip_id, RowFate::Unreadable(reason)))
            }
            Err(error) => Err(error),
        }
    }

    async fn row(&self, read: Read) -> Result<(String, RowFate), StoreError> {
        let (name, reason) = match read {
            Ok(row) => (row.trip_id.to_string(), String::new()),
            Err(StoreError::Unreadable(item)) => (item.trip_id.clone(), chain(&item.source)),
            Err(error) => return Err(error),
        };
        let fate = match TripId::parse(&name) {
            Ok(id) => self.settle(&id, None).await?,
            // A later release may have trips with such ids.
            Err(_) => RowFate::Left(Damage::Unreadable(reason)),
        };
        Ok((name, fate))
    }

    /// Compares a trip with its row until they agree, as far as the powers allow. The trip is read
    /// after its row: versions only grow, so a row that is newer than that trip is ahead of it for
    /// good.
    async fn settle(
        &self,
        id: &TripId,
        mut read: Option<SearchRow>,
    ) -> Result<RowFate, StoreError> {
        let mut fate = RowFate::Unchanged;
        for _ in 0..LOOKS {
            let held = self.view.look(id).await?;
            if gap::is_shown(read.as_ref(), held.as_ref()) {
                return Ok(fate);
            }
            let trip = match self.trips.root(id).await {
                Ok(root) => root.map(|root| root.summary),
                Err(StoreError::Codec(error)) => {
                    return Ok(RowFate::Unreadable(unreadable(id, error)));
                }
                Err(error) => return Err(error),
            };
            let Some(gap) = Gap::between(trip, held) else { return Ok(fate) };
            if let Some(damage) = self.beyond(&gap) {
                return Ok(RowFate::Left(damage));
            }
            let (done, is_safe) = fate_of(&gap);
            if self.powers.dry_run {
                return Ok(done);
            }
            if self.close(id, gap).await? == Put::Written {
                if is_safe {
                    return Ok(done);
                }
                // Because of the old row, the projector may have skipped the trip's next change, so
                // the trip is read once more.
                (fate, read) = (done, None);
            }
        }
        Ok(fate)
    }

    /// The damage that these powers do not cover.
    fn beyond(&self, gap: &Gap) -> Option<Damage> {
        match gap {
            Gap::Behind(_) => None,
            Gap::Damaged { damage, .. } => (!self.powers.force).then(|| damage.clone()),
            Gap::Orphan(_) => (!self.powers.remove_orphans).then_some(Damage::Orphan),
        }
    }

    async fn close(&self, id: &TripId, gap: Gap) -> Result<Put, StoreError> {
        match gap {
            Gap::Behind(trip) => self.view.put_newer(&trip).await,
            Gap::Damaged { trip, held, .. } => self.view.replace(&trip, &held).await,
            Gap::Orphan(held) => self.view.remove(id, &held).await,
        }
    }
}

/// The result of closing a gap, and whether the projector makes such a write too.
fn fate_of(gap: &Gap) -> (RowFate, bool) {
    match gap {
        Gap::Behind(_) => (RowFate::Written, true),
        Gap::Damaged { .. } => (RowFate::Written, false),
        Gap::Orphan(_) => (RowFate::Removed, false),
    }
}

/// The trip's id from the key of what was read.
fn name(read: &Read) -> String {
    match read {
        Ok(row) => row.trip_id.to_string(),
        Err(StoreError::Unreadable(item)) => item.trip_id.clone(),
        Err(_) => String::new(),
    }
}

fn unreadable(id: &TripId, source: CodecError) -> String {
    chain(&UnreadableItem { trip_id: id.to_string(), source })
}

impl Rebuilt {
    /// Whether the view matches the write table, as far as this can be known.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.left.is_empty() && self.unreadable.is_empty()
    }

    fn count(&mut self, trip_id: String, fate: RowFate) {
        match fate {
            RowFate::Written => self.written += 1,
            RowFate::Unchanged => self.unchanged += 1,
            RowFate::Removed => self.removed += 1,
            RowFate::Left(damage) => self.left.push(Left { trip_id, damage }),
            RowFate::Unreadable(reason) => self.unreadable.push(reason),
        }
    }
}
