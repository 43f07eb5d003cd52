//! Counts and lists the index of open work. In an idle, healthy system the index is empty.

mod backlog;

use std::collections::BTreeMap;

use aws_json::CallFailed;
use domain::{Timestamp, TripId, TripStatus};
use futures::{StreamExt, TryStreamExt, stream};
use serde_dynamo::Item;

use crate::items::{s, text};
use crate::request::{Page, Read};
use crate::schema::GSI1;
use crate::{Client, CodecError, StoreError, keys};

pub use backlog::Backlog;
pub(crate) use backlog::backlog;

const COUNTING: &str = "counting open work";
const LISTING: &str = "listing trips in flight";

/// The whole index is read partition by partition; this is the number of concurrent reads.
const CONCURRENT_READS: usize = 16;

/// How much work is open, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenCounts {
    /// Trips in flight, by status; a status without trips is left out.
    pub trips: BTreeMap<TripStatus, u64>,
    /// Events that are still to be dispatched.
    pub pending_events: u64,
    /// Events that wait for an operator.
    pub parked_events: u64,
}

impl OpenCounts {
    /// Whether there is no open work.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.trips.is_empty() && self.pending_events == 0 && self.parked_events == 0
    }

    fn add(&mut self, kind: Kind, count: u64) {
        match kind {
            Kind::Trip(_) if count == 0 => {}
            Kind::Trip(status) => *self.trips.entry(status).or_default() += count,
            Kind::Pending => self.pending_events += count,
            Kind::Parked => self.parked_events += count,
        }
    }
}

/// What was found within a bound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Within<T> {
    /// What was found.
    pub found: T,
    /// Whether that is all there is; otherwise there may be more.
    pub is_whole: bool,
}

/// A trip that a saga works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InFlightTrip {
    /// The trip.
    pub trip_id: TripId,
    /// Its status when the index was read.
    pub status: TripStatus,
    /// When it was first committed.
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Trip(TripStatus),
    Pending,
    Parked,
}

impl Kind {
    fn partition(self, shard: u32) -> String {
        match self {
            Self::Trip(status) => keys::trips_in_flight(status, shard),
            Self::Pending => keys::events_pending(shard),
            Self::Parked => keys::events_parked(shard),
        }
    }
}

fn in_flight() -> impl Iterator<Item = TripStatus> {
    TripStatus::ALL.iter().copied().filter(|status| !status.is_terminal())
}

/// Counts all open work in `table`.
pub(crate) async fn counts(client: &Client, table: &str) -> Result<OpenCounts, StoreError> {
    Ok(counts_within(client, table, None).await?.found)
}

/// Counts open work in `table`, in each partition up to a number.
pub(crate) async fn counts_within(
    client: &Client,
    table: &str,
    most: Option<usize>,
) -> Result<Within<OpenCounts>, StoreError> {
    let kinds = in_flight().map(Kind::Trip).chain([Kind::Pending, Kind::Parked]);
    let partitions = kinds.flat_map(|kind| (0..keys::SHARDS).map(move |shard| (kind, shard)));
    let reads = partitions.map(|(kind, shard)| async move {
        let partition = query(table, "#pk = :partition", kind.partition(shard));
        Ok::<_, StoreError>((kind, count(client, partition, most).await?))
    });
    let each = stream::iter(reads).buffer_unordered(CONCURRENT_READS);
    let none = Within { found: OpenCounts::default(), is_whole: true };
    each.try_fold(none, |mut all, (kind, count)| async move {
        all.found.add(kind, count.found);
        all.is_whole &= count.is_whole;
        Ok(all)
    })
    .await
}

/// Counts what a query finds, page by page up to the end, or in one page of at most `most`.
async fn count(
    client: &Client,
    query: Read<'_>,
    most: Option<usize>,
) -> Result<Within<u64>, StoreError> {
    let read = read(client, query.counting(), most).await;
    let Within { found, is_whole } = read.map_err(StoreError::of_call(COUNTING))?;
    Ok(Within { found: found.count, is_whole })
}

/// Reads a query's pages as one, or one page of at most `most`.
async fn read(
    client: &Client,
    query: Read<'_>,
    most: Option<usize>,
) -> Result<Within<Page>, CallFailed> {
    let Some(most) = most else {
        return Ok(Within { found: client.whole(query).await?, is_whole: true });
    };
    let mut page = client.page(&query.limit(most)).await?;
    let is_whole = page.next().is_none();
    Ok(Within { found: page, is_whole })
}

/// The trips in flight that were begun before `cutoff`.
pub(crate) async fn trips_before(
    client: &Client,
    table: &str,
    cutoff: Timestamp,
) -> Result<Vec<InFlightTrip>, StoreError> {
    Ok(trips_within(client, table, cutoff, None).await?.found)
}

/// The same, in each partition the oldest up to a number.
pub(crate) async fn trips_within(
    client: &Client,
    table: &str,
    cutoff: Timestamp,
    most: Option<usize>,
) -> Result<Within<Vec<InFlightTrip>>, StoreError> {
    let partitions = in_flight().flat_map(|status| (0..keys::SHARDS).map(move |n| (status, n)));
    let reads = partitions.map(|(status, shard)| async move {
        let partition = keys::trips_in_flight(status, shard);
        let query = query(table, "#pk = :partition AND #sk < :cutoff", partition)
            .name("#sk", keys::GSI1_SK)
            .value(":cutoff", s(cutoff.to_string()));
        list(client, query, status, most).await
    });
    let each = stream::iter(reads).buffered(CONCURRENT_READS);
    let none = Within { found: Vec::new(), is_whole: true };
    each.try_fold(none, |mut all, mut trips| async move {
        all.found.append(&mut trips.found);
        all.is_whole &= trips.is_whole;
        Ok(all)
    })
    .await
}

/// Lists what a query finds, page by page up to the end, or in one page of at most `most`.
async fn list(
    client: &Client,
    query: Read<'_>,
    status: TripStatus,
    most: Option<usize>,
) -> Result<Within<Vec<InFlightTrip>>, StoreError> {
    let read = read(client, query, most).await;
    let Within { found, is_whole } = read.map_err(StoreError::of_call(LISTING))?;
    let trips = found.items.iter().map(|item| InFlightTrip::read(item, status));
    Ok(Within { found: trips.collect::<Result<_, _>>()?, is_whole })
}

impl InFlightTrip {
    fn read(item: &Item, status: TripStatus) -> Result<Self, CodecError> {
        let key = text(item, keys::GSI1_SK)?;
        let (created_at, trip_id) =
            keys::parse_trip_by_age(key).ok_or_else(|| CodecError::Key(key.to_owned()))?;
        Ok(Self { trip_id, status, created_at })
    }
}

fn query<'a>(table: &'a str, condition: &'a str, partition: String) -> Read<'a> {
    Read::query(table, condition)
        .index(GSI1)
        .name("#pk", keys::GSI1_PK)
        .value(":partition", s(partition))
}
