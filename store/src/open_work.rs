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
    let kinds = in_flight().map(Kind::Trip).chain([Kind::Pending, Kind::Parked]);
    let partitions = kinds.flat_map(|kind| (0..keys::SHARDS).map(move |shard| (kind, shard)));
    let reads = partitions.map(|(kind, shard)| async move {
        let count = count(client, table, kind.partition(shard)).await?;
        Ok::<_, StoreError>((kind, count))
    });
    let each = stream::iter(reads).buffer_unordered(CONCURRENT_READS);
    each.try_fold(OpenCounts::default(), |mut counts, (kind, count)| async move {
        counts.add(kind, count);
        Ok(counts)
    })
    .await
}

async fn count(client: &Client, table: &str, partition: String) -> Result<u64, StoreError> {
    let query = query(client, table, "#pk = :partition", partition).select(Select::Count);
    let mut pages = query.into_paginator().send();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        let page = page.map_err(StoreError::during(COUNTING))?;
        count += u64::try_from(page.count).unwrap_or(0);
    }
    Ok(count)
}

/// The trips in flight that were begun before `cutoff`.
pub(crate) async fn trips_before(
    client: &Client,
    table: &str,
    cutoff: Timestamp,
) -> Result<Vec<InFlightTrip>, StoreError> {
    let partitions = in_flight().flat_map(|status| (0..keys::SHARDS).map(move |n| (status, n)));
    let reads = partitions
        .map(|(status, shard)| async move { list(client, table, status, shard, cutoff).await });
    let each = stream::iter(reads).buffered(CONCURRENT_READS);
    let found: Vec<Vec<InFlightTrip>> = each.try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

async fn list(
    client: &Client,
    table: &str,
    status: TripStatus,
    shard: u32,
    cutoff: Timestamp,
) -> Result<Vec<InFlightTrip>, StoreError> {
    let partition = keys::trips_in_flight(status, shard);
    let query = query(client, table, "#pk = :partition AND #sk < :cutoff", partition)
        .expression_attribute_names("#sk", keys::GSI1_SK)
        .expression_attribute_values(":cutoff", s(cutoff.to_string()));
    let mut pages = query.into_paginator().items().send();
    let mut trips = Vec::new();
    while let Some(item) = pages.next().await {
        let item = Item::from(item.map_err(StoreError::during(LISTING))?);
        trips.push(InFlightTrip::read(&item, status)?);
    }
    Ok(trips)
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
