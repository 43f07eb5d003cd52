//! Counts and lists the index of open work. In an idle, healthy system the index is empty.

mod backlog;

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::Select;
use domain::{Timestamp, TripId, TripStatus};
use futures::{StreamExt, TryStreamExt, stream};
use serde_dynamo::Item;

use crate::items::{s, text};
use crate::schema::GSI1;
use crate::{CodecError, StoreError, keys};

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
    most: Option<i32>,
) -> Result<Within<OpenCounts>, StoreError> {
    let kinds = in_flight().map(Kind::Trip).chain([Kind::Pending, Kind::Parked]);
    let partitions = kinds.flat_map(|kind| (0..keys::SHARDS).map(move |shard| (kind, shard)));
    let reads = partitions.map(|(kind, shard)| async move {
        let partition = query(client, table, "#pk = :partition", kind.partition(shard));
        Ok::<_, StoreError>((kind, count(partition, most).await?))
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
async fn count(query: QueryFluentBuilder, most: Option<i32>) -> Result<Within<u64>, StoreError> {
    let query = query.select(Select::Count);
    let counted = |count: i32| u64::try_from(count).unwrap_or(0);
    if let Some(most) = most {
        let page = query.limit(most).send().await.map_err(StoreError::during(COUNTING))?;
        let is_whole = page.last_evaluated_key.is_none();
        return Ok(Within { found: counted(page.count), is_whole });
    }
    let mut pages = query.into_paginator().send();
    let mut found = 0;
    while let Some(page) = pages.next().await {
        found += counted(page.map_err(StoreError::during(COUNTING))?.count);
    }
    Ok(Within { found, is_whole: true })
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
    most: Option<i32>,
) -> Result<Within<Vec<InFlightTrip>>, StoreError> {
    let partitions = in_flight().flat_map(|status| (0..keys::SHARDS).map(move |n| (status, n)));
    let reads = partitions.map(|(status, shard)| async move {
        let partition = keys::trips_in_flight(status, shard);
        let query = query(client, table, "#pk = :partition AND #sk < :cutoff", partition)
            .expression_attribute_names("#sk", keys::GSI1_SK)
            .expression_attribute_values(":cutoff", s(cutoff.to_string()));
        list(query, status, most).await
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
    query: QueryFluentBuilder,
    status: TripStatus,
    most: Option<i32>,
) -> Result<Within<Vec<InFlightTrip>>, StoreError> {
    let read = |item| InFlightTrip::read(&Item::from(item), status);
    if let Some(most) = most {
        let page = query.limit(most).send().await.map_err(StoreError::during(LISTING))?;
        let is_whole = page.last_evaluated_key.is_none();
        let items = page.items.unwrap_or_default();
        let found = items.into_iter().map(read).collect::<Result<_, _>>()?;
        return Ok(Within { found, is_whole });
    }
    let mut items = query.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(read(item.map_err(StoreError::during(LISTING))?)?);
    }
    Ok(Within { found, is_whole: true })
}

impl InFlightTrip {
    fn read(item: &Item, status: TripStatus) -> Result<Self, CodecError> {
        let key = text(item, keys::GSI1_SK)?;
        let (created_at, trip_id) =
            keys::parse_trip_by_age(key).ok_or_else(|| CodecError::Key(key.to_owned()))?;
        Ok(Self { trip_id, status, created_at })
    }
}

fn query(client: &Client, table: &str, condition: &str, partition: String) -> QueryFluentBuilder {
    client
        .query()
        .table_name(table)
        .index_name(GSI1)
        .key_condition_expression(condition)
        .expression_attribute_names("#pk", keys::GSI1_PK)
        .expression_attribute_values(":partition", s(partition))
}
