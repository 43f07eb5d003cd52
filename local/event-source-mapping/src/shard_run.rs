//! One run over a shard: what its reader and its lanes share, and the position that they advance
//! together.

use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::sync::Mutex;

use crate::batch::Entry;
use crate::config::MappingConfig;
use crate::context::Context;
use crate::error::StorageError;
use crate::report::Report;
use crate::settlement::Settlement;
use crate::stop::{Shutdown, Stopped};

/// What the parts that work on one shard share.
pub(crate) struct ShardRun {
    pub(crate) context: Arc<Context>,
    pub(crate) shard: String,
    pub(crate) report: Report,
    pub(crate) shutdown: Shutdown,
    settlement: Mutex<Settlement>,
}

impl ShardRun {
    pub(crate) fn new(context: Arc<Context>, shard: &str, shutdown: Shutdown) -> Self {
        let report = Report::new(Arc::clone(&context), shard);
        let (shard, settlement) = (shard.to_owned(), Mutex::default());
        Self { context, shard, report, shutdown, settlement }
    }

    pub(crate) fn config(&self) -> &MappingConfig {
        &self.context.config
    }

    /// Whether a record that was read is not settled yet.
    pub(crate) async fn is_open(&self) -> bool {
        self.settlement.lock().await.is_open()
    }

    /// Settles records; the position that follows is saved before this completes.
    pub(crate) async fn settle(&self, records: &[Entry]) -> Result<(), Stopped> {
        self.change(|settlement| {
            records.iter().for_each(|record| settlement.settle(record.place));
        })
        .await
    }

    /// Changes the settlement and saves the position that follows. Others wait meanwhile, so saves
    /// come one after the other, and in rising order.
    pub(crate) async fn change<T>(
        &self,
        change: impl FnOnce(&mut Settlement) -> T,
    ) -> Result<T, Stopped> {
        let mut settlement = self.settlement.lock().await;
        let changed = change(&mut settlement);
        if let Some(position) = settlement.advance() {
            self.save(&position).await?;
        }
        Ok(changed)
    }

    async fn save(&self, position: &str) -> Result<(), Stopped> {
        let (store, mapping) = (&self.context.ports.positions, &self.config().name);
        let save = || store.save(mapping, &self.shard, position);
        self.insist("a position cannot be saved", save).await?;
        self.report.position(position);
        Ok(())
    }

    /// Retries until it succeeds. Reports each failure.
    pub(crate) async fn insist<'a>(
        &self,
        trouble: &str,
        attempt: impl Fn() -> BoxFuture<'a, Result<(), StorageError>>,
    ) -> Result<(), Stopped> {
        let mut waits = self.config().retry.waits();
        while let Err(error) = attempt().await {
            self.report.failure(trouble, &error);
            self.shutdown.pause(waits.next_wait()).await?;
        }
        Ok(())
    }
}
