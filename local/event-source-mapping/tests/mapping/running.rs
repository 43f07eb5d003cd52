//! A mapping that runs in the background of a test, and waits with a deadline.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodbstreams::Client;
use event_source_mapping::{
    Backoff, Handler, Mapping, MappingConfig, Polling, Ports, PositionStore, Progress,
    ShardProgress, drained,
};
use testing::FixedClock;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The name under which the tests' mappings store their positions.
pub(crate) const NAME: &str = "projector";

const DEADLINE: Duration = Duration::from_secs(30);

pub(crate) struct Running {
    pub(crate) progress: watch::Receiver<Progress>,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

/// A configuration that wastes no time.
pub(crate) fn config(stream_arn: &str) -> MappingConfig {
    let millis = Duration::from_millis;
    MappingConfig {
        polling: Polling {
            busy: millis(1),
            idle: millis(4),
            discovery: millis(10),
            ..Polling::default()
        },
        retry: Backoff { first: millis(1), cap: millis(4) },
        ..MappingConfig::new(NAME, stream_arn)
    }
}

impl Running {
    pub(crate) fn start(
        config: MappingConfig,
        client: &Client,
        function: &Arc<impl Handler + 'static>,
        positions: &Arc<impl PositionStore + 'static>,
    ) -> Self {
        let ports = Ports {
            handler: function.clone(),
            positions: positions.clone(),
            on_failure: None,
            clock: Arc::new(FixedClock::at_noon()),
        };
        Self::with(config, client, ports)
    }

    pub(crate) fn with(config: MappingConfig, client: &Client, ports: Ports) -> Self {
        let mapping = Mapping::new(config, client.clone(), ports).unwrap();
        let (progress, shutdown) = (mapping.progress(), CancellationToken::new());
        let task = tokio::spawn(mapping.run(shutdown.clone()));
        Self { progress, shutdown, task }
    }

    /// Waits until everything in the stream has been processed.
    pub(crate) async fn drained(&mut self) -> Progress {
        within_deadline(drained(&mut self.progress)).await.unwrap()
    }

    /// Waits until the progress is as described.
    pub(crate) async fn until(&mut self, reached: impl FnMut(&Progress) -> bool) -> Progress {
        within_deadline(self.progress.wait_for(reached)).await.unwrap().clone()
    }

    /// Waits until the only shard's progress is as described.
    pub(crate) async fn until_shard(
        &mut self,
        mut reached: impl FnMut(&ShardProgress) -> bool,
    ) -> ShardProgress {
        let progress = self.until(|progress| progress.shards.values().any(&mut reached)).await;
        only_shard(&progress)
    }

    /// Tells the mapping to stop, without waiting for it.
    pub(crate) fn tell_to_stop(&self) {
        self.shutdown.cancel();
    }

    pub(crate) fn has_stopped(&self) -> bool {
        self.task.is_finished()
    }

    /// Aborts it at once.
    pub(crate) fn crash(self) {
        self.task.abort();
    }

    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        within_deadline(self.task).await.unwrap();
    }
}

pub(crate) fn only_shard(progress: &Progress) -> ShardProgress {
    let [shard] = progress.shards.values().collect::<Vec<_>>()[..] else {
        panic!("one shard: {progress:?}")
    };
    shard.clone()
}

pub(crate) async fn within_deadline<T>(condition: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, condition).await.expect("the condition holds in time")
}
