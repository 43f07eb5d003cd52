//! The mapping as a whole: its parts, and the loop that keeps its shards running.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::MappingConfig;
use crate::context::{Context, Ports};
use crate::filter::Filters;
use crate::limits::ConfigError;
use crate::progress::Progress;
use crate::shards::Shards;
use crate::source::Source;
use crate::stop::Shutdown;

/// An event source mapping from one stream to one function. Clones share one progress: run one of
/// them at a time.
#[derive(Clone)]
pub struct Mapping {
    context: Arc<Context>,
}

impl Mapping {
    /// A mapping that does nothing until it is run.
    ///
    /// # Errors
    /// When the configuration is outside Lambda's limits, or a filter is refused.
    pub fn new(
        config: MappingConfig,
        source: impl Into<Source>,
        ports: Ports,
    ) -> Result<Self, ConfigError> {
        config.check()?;
        let filters = Filters::compile(&config.filters)?;
        let progress = watch::Sender::default();
        let context = Context { config, filters, source: source.into(), ports, progress };
        Ok(Self { context: Arc::new(context) })
    }

    /// How far the mapping has come, now and in future.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.context.progress.subscribe()
    }

    /// Its configuration.
    #[must_use]
    pub fn config(&self) -> &MappingConfig {
        &self.context.config
    }

    /// Runs until `shutdown`. Running invocations finish and their positions are saved.
    ///
    /// Failures of the stream, the function, the store of positions and the destination are
    /// retried, logged and shown in [`Progress`].
    ///
    /// # Panics
    /// When the loop over a shard panics, which is a defect of this crate.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut waits = self.context.config.retry.waits();
        let mut shards = Shards::new(self.context, Shutdown::new(shutdown.clone()));
        while !shutdown.is_cancelled() {
            let pause = shards.discover_or_wait(&mut waits).await;
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = shards.one_ended() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        shards.stopped().await;
    }
}
