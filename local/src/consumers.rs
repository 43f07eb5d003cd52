//! The consumers of the write table's stream: each runs its mapping until it is paused, and again
//! when it is resumed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::Timestamp;
use event_source_mapping::{Mapping, MappingConfig, Progress, StorageError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::background::Background;
use crate::positions::Positions;

/// Every consumer of a system. Clones are the same consumers.
#[derive(Clone)]
pub(crate) struct Consumers {
    each: Arc<[Consumer]>,
    positions: Arc<Positions>,
    on_failure: Arc<PathBuf>,
}

/// One consumer.
pub(crate) struct Consumer {
    mapping: Mapping,
    /// Whether it is to run.
    wanted: watch::Sender<bool>,
    /// Whether it runs.
    running: watch::Sender<bool>,
}

/// What a consumer does, in Lambda's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) enum State {
    Enabled,
    Enabling,
    Disabled,
    Disabling,
}

impl Consumers {
    /// The consumers of these mappings; those that were paused stay so. `on_failure` is the folder
    /// to which they send what they give up.
    ///
    /// # Errors
    /// When it cannot be read which of them are paused.
    pub(crate) async fn of(
        mappings: Vec<Mapping>,
        positions: Arc<Positions>,
        on_failure: &Path,
    ) -> Result<Self, StorageError> {
        let mut each = Vec::with_capacity(mappings.len());
        for mapping in mappings {
            let wanted = !positions.is_paused(&mapping.config().name).await?;
            let (wanted, running) = (watch::Sender::new(wanted), watch::Sender::new(false));
            each.push(Consumer { mapping, wanted, running });
        }
        let on_failure = Arc::new(on_failure.to_path_buf());
        Ok(Self { each: each.into(), positions, on_failure })
    }

    /// Starts every consumer that is not paused.
    pub(crate) fn start(&self, background: &Background) {
        for place in 0..self.each.len() {
            let each = Arc::clone(&self.each);
            background.run("a stream consumer", |stop| async move {
                each[place].run(stop).await;
                Ok(())
            });
        }
    }

    /// How far each has come.
    pub(crate) fn progress(&self) -> Vec<watch::Receiver<Progress>> {
        self.each.iter().map(|consumer| consumer.mapping.progress()).collect()
    }

    pub(crate) fn all(&self) -> &[Consumer] {
        &self.each
    }

    pub(crate) fn of_id(&self, id: Uuid) -> Option<&Consumer> {
        self.each.iter().find(|consumer| consumer.id() == id)
    }

    /// The folder of the batches that were given up.
    pub(crate) fn on_failure(&self) -> &Path {
        &self.on_failure
    }

    /// Pauses or resumes a consumer, also for later starts on the same data.
    ///
    /// # Errors
    /// When that cannot be remembered; nothing changes then.
    pub(crate) async fn enable(
        &self,
        consumer: &Consumer,
        enabled: bool,
    ) -> Result<(), StorageError> {
        self.positions.pause(&consumer.config().name, !enabled).await?;
        consumer.wanted.send_replace(enabled);
        Ok(())
    }
}

impl Consumer {
    /// The same id for the same mapping, whenever the system is started.
    pub(crate) fn id(&self) -> Uuid {
        let mut bytes = [0; 16];
        for (place, byte) in self.config().name.bytes().enumerate() {
            bytes[place % bytes.len()] ^= byte;
        }
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    pub(crate) fn config(&self) -> &MappingConfig {
        self.mapping.config()
    }

    pub(crate) fn state(&self) -> State {
        match (*self.wanted.borrow(), *self.running.borrow()) {
            (true, true) => State::Enabled,
            (true, false) => State::Enabling,
            (false, false) => State::Disabled,
            (false, true) => State::Disabling,
        }
    }

    /// The last problem, if it is not over; `None` before the first batch too.
    pub(crate) fn problem(&self) -> Option<String> {
        let progress = self.mapping.progress();
        let progress = progress.borrow();
        let of_shards = progress.shards.values().find_map(|shard| shard.last_error.clone());
        progress.last_error.clone().or(of_shards)
    }

    /// The age of the newest record that it has handed over, in milliseconds; zero if it has caught
    /// up, `None` before the first record.
    pub(crate) fn age(&self, now: Timestamp) -> Option<u64> {
        let progress = self.mapping.progress();
        let progress = progress.borrow();
        progress.shards.values().map(|shard| shard.iterator_age(now.as_millis())).max().flatten()
    }

    /// Whether it has processed a batch since the system was started.
    pub(crate) fn has_processed(&self) -> bool {
        let progress = self.mapping.progress();
        progress.borrow().shards.values().any(|shard| shard.batches > 0)
    }

    async fn run(&self, stop: CancellationToken) {
        while self.becomes(true, &stop).await {
            let round = stop.child_token();
            self.running.send_replace(true);
            let pause = async {
                self.becomes(false, &round).await;
                round.cancel();
            };
            tokio::join!(self.mapping.clone().run(round.clone()), pause);
            self.running.send_replace(false);
        }
    }

    /// Waits until it is resumed, or paused; `false` if `stop` comes first.
    async fn becomes(&self, wanted: bool, stop: &CancellationToken) -> bool {
        let mut changes = self.wanted.subscribe();
        let waited = stop.run_until_cancelled(changes.wait_for(|now| *now == wanted)).await;
        waited.is_some_and(|waited| waited.is_ok())
    }
}
