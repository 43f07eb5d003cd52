//! Open events as an operator lists them: of all shards, or one by its key.

use std::collections::HashSet;

use domain::Timestamp;
use futures::{Stream, StreamExt, stream};

use super::sweep::{SweepCursor, primary_key};
use super::{OpenEvents, Outbox, OutboxKey, OutboxStatus, key_of};
use crate::batch_get::{Wanted, batch_get};
use crate::items::s;
use crate::request::Request;
use crate::{StoreError, keys};

const LOOKING: &str = "looking at an event";

/// Events of a page.
const PAGE: usize = 100;

/// Where the next page begins; `None` after the last.
type Place = Option<(u32, Option<SweepCursor>)>;

impl Outbox {
    /// All pending or all parked events that occurred before `cutoff`, page by page: shard by
    /// shard, the oldest of a shard first. A failed call ends the stream.
    pub fn open(
        &self,
        status: OutboxStatus,
        cutoff: Timestamp,
    ) -> impl Stream<Item = Result<OpenEvents, StoreError>> + '_ {
        let first: Place = Some((0, None));
        let pages = stream::try_unfold(first, move |place| self.page(status, cutoff, place));
        pages.filter(|page| {
            let is_empty =
                |page: &OpenEvents| page.records.is_empty() && page.unreadable.is_empty();
            std::future::ready(!page.as_ref().is_ok_and(is_empty))
        })
    }

    async fn page(
        &self,
        status: OutboxStatus,
        cutoff: Timestamp,
        place: Place,
    ) -> Result<Option<(OpenEvents, Place)>, StoreError> {
        let Some((shard, cursor)) = place else { return Ok(None) };
        let page = match status {
            OutboxStatus::Parked => self.parked_before(shard, cutoff, PAGE, cursor).await?,
            _ => self.pending_before(shard, cutoff, PAGE, cursor).await?,
        };
        let next = match page.next.clone() {
            Some(cursor) => Some((shard, Some(cursor))),
            None => Some((shard + 1, None)).filter(|(shard, _)| *shard < keys::SHARDS),
        };
        Ok(Some((page, next)))
    }

    /// Which of these events were given up, or wait for an operator: parked or discarded. Strongly
    /// consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn withheld(
        &self,
        keys: &HashSet<OutboxKey>,
    ) -> Result<HashSet<OutboxKey>, StoreError> {
        let keys: Vec<_> = keys.iter().map(primary_key).collect();
        let attributes = &[keys::PK, keys::SK, "status"];
        let wanted = Wanted { table: &self.table, keys: &keys, attributes, operation: LOOKING };
        let items = batch_get(&self.client, wanted).await?;
        let withheld = items.iter().filter(|item| {
            matches!(OutboxStatus::of(item), Some(OutboxStatus::Parked | OutboxStatus::Discarded))
        });
        Ok(withheld.map(key_of).collect::<Result<_, _>>()?)
    }

    /// The status of an event: `None` if there is no such event, `Some(None)` if its status cannot
    /// be read. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn status(
        &self,
        key: &OutboxKey,
    ) -> Result<Option<Option<OutboxStatus>>, StoreError> {
        let (pk, sk) = key.parts();
        let get = Request::get(&self.table).key(keys::PK, s(pk)).key(keys::SK, s(sk));
        let item = self.client.send(&get).await.map_err(StoreError::of_call(LOOKING))?.item;
        Ok(item.as_ref().map(OutboxStatus::of))
    }
}
