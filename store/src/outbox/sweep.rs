//! Reads events by age through the index of open work, for the sweeper and for operators.
//!
//! The index may lag, so it only says where to look; the events are read from the table itself.

use std::collections::HashSet;

use domain::Timestamp;
use serde_dynamo::Item;

use super::{Outbox, OutboxKey, OutboxRecord, OutboxStatus, decode, key_of};
use crate::batch_get::{self, PrimaryKey, Wanted, batch_get};
use crate::items::s;
use crate::request::{Page, Read};
use crate::schema::GSI1;
use crate::{CodecError, StoreError, keys};

const SWEEPING: &str = "reading open events";
const ASKING: &str = "asking which events are pending";

/// The most events of one page, so that one strongly consistent read fetches them.
const MAX_PAGE: usize = 100;

/// Where to continue reading a shard's open events.
#[derive(Clone, Debug)]
pub struct SweepCursor(PrimaryKey);

/// One page of a shard's open events.
#[derive(Clone, Debug)]
pub struct OpenEvents {
    /// The events, by trip and sequence; the events of one trip stay in order across pages.
    pub records: Vec<OutboxRecord>,
    /// Events that cannot be read: to be parked.
    pub unreadable: Vec<Unreadable>,
    /// The start of the next page; absent after the last page.
    pub next: Option<SweepCursor>,
}

/// An open event that cannot be read.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// The key to park it by; absent if the key is damaged too.
    pub key: Option<OutboxKey>,
    /// Why.
    pub error: CodecError,
}

impl Outbox {
    /// A shard's pending events that occurred before `cutoff`, oldest first page by page; a page
    /// has at most `limit` events, and never more than 100.
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    pub async fn pending_before(
        &self,
        shard: u32,
        cutoff: Timestamp,
        limit: usize,
        after: Option<SweepCursor>,
    ) -> Result<OpenEvents, StoreError> {
        let partition = keys::events_pending(shard);
        self.open_before(partition, OutboxStatus::Pending, cutoff, limit, after).await
    }

    /// A shard's parked events that occurred before `cutoff`, paged like [`Self::pending_before`].
    ///
    /// # Errors
    /// When the index or the table cannot be read.
    pub async fn parked_before(
        &self,
        shard: u32,
        cutoff: Timestamp,
        limit: usize,
        after: Option<SweepCursor>,
    ) -> Result<OpenEvents, StoreError> {
        let partition = keys::events_parked(shard);
        self.open_before(partition, OutboxStatus::Parked, cutoff, limit, after).await
    }

    /// Which of these events are still to be dispatched. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn still_pending<'a>(
        &self,
        keys: impl IntoIterator<Item = &'a OutboxKey>,
    ) -> Result<HashSet<OutboxKey>, StoreError> {
        let distinct: HashSet<&OutboxKey> = keys.into_iter().collect();
        let keys: Vec<_> = distinct.into_iter().map(primary_key).collect();
        let attributes = &[keys::PK, keys::SK, "status"];
        let wanted = Wanted { table: &self.table, keys: &keys, attributes, operation: ASKING };
        let items = batch_get(&self.client, wanted).await?;
        let is_pending = |item: &&Item| OutboxStatus::of(item) == Some(OutboxStatus::Pending);
        let pending = items.iter().filter(is_pending);
        Ok(pending.map(key_of).collect::<Result<_, _>>()?)
    }

    async fn open_before(
        &self,
        partition: String,
        status: OutboxStatus,
        cutoff: Timestamp,
        limit: usize,
        after: Option<SweepCursor>,
    ) -> Result<OpenEvents, StoreError> {
        let mut page = self.index_page(partition, cutoff, limit, after).await?;
        let next = page.next().map(SweepCursor);
        let (found, mut unreadable) = split(page.items, |item| key_of(&item));
        let keys: Vec<_> = found.iter().map(primary_key).collect();
        let wanted =
            Wanted { table: &self.table, keys: &keys, attributes: &[], operation: SWEEPING };
        let mut items = batch_get(&self.client, wanted).await?;
        // The index lags behind other statuses; a missing status is damage, which decoding will
        // find.
        items.retain(|item| OutboxStatus::of(item).is_none_or(|found| found == status));
        let (mut records, damaged) = split(items, decode);
        unreadable.extend(damaged);
        records.sort_by(|a, b| (&a.trip_id, a.sequence).cmp(&(&b.trip_id, b.sequence)));
        Ok(OpenEvents { records, unreadable, next })
    }

    async fn index_page(
        &self,
        partition: String,
        cutoff: Timestamp,
        limit: usize,
        after: Option<SweepCursor>,
    ) -> Result<Page, StoreError> {
        let read = Read::query(&self.table, "#pk = :partition AND #sk < :cutoff")
            .index(GSI1)
            .name("#pk", keys::GSI1_PK)
            .name("#sk", keys::GSI1_SK)
            .value(":partition", s(partition))
            .value(":cutoff", s(cutoff.to_string()))
            .limit(limit.clamp(1, MAX_PAGE))
            .after(after.map(|cursor| cursor.0));
        self.client.page(&read).await.map_err(StoreError::of_call(SWEEPING))
    }
}

/// Reads the items, and separates those that cannot be read.
fn split<T>(
    items: impl IntoIterator<Item = Item>,
    read: fn(Item) -> Result<T, CodecError>,
) -> (Vec<T>, Vec<Unreadable>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for item in items {
        let key = key_of(&item).ok();
        match read(item) {
            Ok(value) => good.push(value),
            Err(error) => bad.push(Unreadable { key, error }),
        }
    }
    (good, bad)
}

pub(super) fn primary_key(key: &OutboxKey) -> PrimaryKey {
    let (pk, sk) = key.parts();
    batch_get::primary_key([(keys::PK, pk), (keys::SK, sk)])
}
