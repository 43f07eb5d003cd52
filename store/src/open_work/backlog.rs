//! How much waits in the outbox, and since when: the figures behind the alarms.

use domain::Timestamp;
use futures::StreamExt;
use futures::{TryStreamExt, stream};

use super::{CONCURRENT_READS, count, query};
use crate::items::text;
use crate::{Client, CodecError, StoreError, keys};

const MEASURING: &str = "measuring the outbox";

/// What waits in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// When the oldest event that is still to be dispatched occurred.
    pub oldest_pending: Option<Timestamp>,
    /// Events that wait for an operator.
    pub parked: u64,
}

impl Backlog {
    fn with(self, shard: Self) -> Self {
        let times = self.oldest_pending.into_iter().chain(shard.oldest_pending);
        Self { oldest_pending: times.min(), parked: self.parked + shard.parked }
    }
}

/// What waits in the outbox of `table`.
pub(crate) async fn backlog(client: &Client, table: &str) -> Result<Backlog, StoreError> {
    let reads = (0..keys::SHARDS).map(|shard| async move {
        let oldest = oldest(client, table, keys::events_pending(shard)).await?;
        let parked = query(table, "#pk = :partition", keys::events_parked(shard));
        let parked = count(client, parked, None).await?.found;
        Ok::<_, StoreError>(Backlog { oldest_pending: oldest, parked })
    });
    let shards = stream::iter(reads).buffer_unordered(CONCURRENT_READS);
    shards.try_fold(Backlog::default(), |all, shard| async move { Ok(all.with(shard)) }).await
}

/// When the oldest event of a partition occurred: the index sorts by that time.
async fn oldest(
    client: &Client,
    table: &str,
    partition: String,
) -> Result<Option<Timestamp>, StoreError> {
    let first = client.page(&query(table, "#pk = :partition", partition).limit(1)).await;
    let page = first.map_err(StoreError::of_call(MEASURING))?;
    let time = |item| {
        let key = text(item, keys::GSI1_SK)?;
        keys::parse_event_time(key).ok_or_else(|| CodecError::Key(key.to_owned()))
    };
    Ok(page.items.first().map(time).transpose()?)
}
