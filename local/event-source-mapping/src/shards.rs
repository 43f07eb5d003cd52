//! The shards of a stream: lists them, starts the loop over each once its parent is finished, and
//! records their ends.

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use stream_replay::{Lineage, Origin, Shard, StartingPosition, StreamError, shards};
use tokio::task::{JoinError, JoinSet};

use crate::backoff::Waits;
use crate::context::Context;
use crate::error::{StorageError, with_causes};
use crate::poller::{End, Poller};
use crate::stop::Shutdown;

/// The shards of the stream and the loops over them.
pub(crate) struct Shards {
    context: Arc<Context>,
    shutdown: Shutdown,
    lineage: Lineage,
    loops: JoinSet<(String, End)>,
    /// The shards that start after their newest record; known once the stream has been listed.
    from_latest: Option<BTreeSet<String>>,
}

/// The shards could not be listed, or their positions could not be loaded.
#[derive(Debug, thiserror::Error)]
enum DiscoveryError {
    #[error(transparent)]
    Stream(#[from] StreamError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Shards {
    pub(crate) fn new(context: Arc<Context>, shutdown: Shutdown) -> Self {
        let (lineage, loops) = (Lineage::default(), JoinSet::new());
        Self { context, shutdown, lineage, loops, from_latest: None }
    }

    /// Looks for shards to start; returns how long to wait before looking again.
    pub(crate) async fn discover_or_wait(&mut self, waits: &mut Waits) -> Duration {
        let config = &self.context.config;
        let (retry, discovery) = (config.retry, config.polling.discovery);
        match self.discover().await {
            Ok(()) => {
                *waits = retry.waits();
                discovery
            }
            Err(error) => {
                self.report(&error);
                waits.next_wait()
            }
        }
    }

    /// Completes when every loop has ended after the mapping was told to stop.
    pub(crate) async fn stopped(self) {
        self.loops.join_all().await;
    }

    async fn discover(&mut self) -> Result<(), DiscoveryError> {
        let listed = shards(&self.context.source.client, &self.context.config.stream_arn).await?;
        if self.from_latest.is_none() {
            self.from_latest = Some(self.starting_at_latest(&listed).await?);
        }
        self.lineage.list(listed);
        for shard in self.lineage.ready() {
            self.start(shard).await?;
        }
        self.publish();
        Ok(())
    }

    /// A mapping that has stored a position has run before. Shards that are new to it then, or that
    /// appear while it runs, hold only records that it has not seen.
    async fn starting_at_latest(&self, listed: &[Shard]) -> Result<BTreeSet<String>, StorageError> {
        if self.context.config.start == StartingPosition::TrimHorizon {
            return Ok(BTreeSet::new());
        }
        for shard in listed {
            if self.position(&shard.id).await?.is_some() {
                return Ok(BTreeSet::new());
            }
        }
        Ok(listed.iter().map(|shard| shard.id.clone()).collect())
    }

    async fn start(&mut self, shard: String) -> Result<(), StorageError> {
        let from_latest = self.from_latest.as_ref().is_some_and(|latest| latest.contains(&shard));
        let from = match self.position(&shard).await? {
            Some(position) => Origin::After(position),
            None if from_latest => Origin::Latest,
            None => Origin::TrimHorizon,
        };
        self.lineage.start(&shard);
        let poller = Poller::new(self.context.clone(), self.shutdown.clone(), &shard, from);
        self.loops.spawn(async move { (shard, poller.run().await) });
        Ok(())
    }

    async fn position(&self, shard: &str) -> Result<Option<String>, StorageError> {
        self.context.ports.positions.load(&self.context.config.name, shard).await
    }

    /// Completes when a loop ends; never while none runs.
    pub(crate) async fn one_ended(&mut self) {
        match self.loops.join_next().await {
            Some(ended) => self.note_end(ended),
            None => std::future::pending().await,
        }
    }

    fn note_end(&mut self, ended: Result<(String, End), JoinError>) {
        match ended.map_err(JoinError::try_into_panic) {
            Ok((shard, End::Finished)) => self.lineage.finish(&shard),
            Ok((_, End::Stopped)) | Err(Err(_)) => {}
            Err(Ok(panic)) => resume_unwind(panic),
        }
    }

    /// Shows a parent as finished only together with the children that were started after it.
    fn publish(&self) {
        self.context.progress.send_modify(|progress| {
            progress.discoveries += 1;
            progress.last_error = None;
            for shard in self.lineage.started() {
                progress.shards.entry(shard.clone()).or_default();
            }
            for shard in self.lineage.finished() {
                progress.shards.entry(shard.clone()).or_default().finished = true;
            }
        });
    }

    fn report(&self, error: &DiscoveryError) {
        let error = with_causes(error);
        tracing::warn!(
            mapping = self.context.config.name,
            error,
            "the stream's shards cannot be started"
        );
        self.context.progress.send_modify(|progress| progress.last_error = Some(error));
    }
}
