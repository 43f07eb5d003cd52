//! The work on one shard: one reader, and the lanes that hand over what it reads.

use std::sync::Arc;

use futures::future::join_all;
use stream_replay::{Origin, ShardReader};

use crate::context::Context;
use crate::gather::Gatherer;
use crate::lane::Lane;
use crate::shard_run::ShardRun;
use crate::stop::{Shutdown, Stopped};

/// How the work on a shard ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The shard has ended, and all its records are settled.
    Finished,
    /// The mapping was told to stop.
    Stopped,
}

pub(crate) struct Poller {
    gatherer: Gatherer,
    lanes: Vec<Lane>,
}

impl Poller {
    pub(crate) fn new(
        context: Arc<Context>,
        shutdown: Shutdown,
        shard: &str,
        from: Origin,
    ) -> Self {
        let (source, config) = (&context.source, &context.config);
        let reader = ShardReader::new(source.client.clone(), &config.stream_arn, shard, from)
            .with_pages_of(config.polling.page)
            .sharing(source.pages(&config.stream_arn, shard));
        let factor = config.parallelization_factor;
        let run = Arc::new(ShardRun::new(context, shard, shutdown));
        let (entrances, lanes) = (0..factor).map(|_| Lane::new(&run)).unzip();
        Self { gatherer: Gatherer::new(run, reader, entrances), lanes }
    }

    pub(crate) async fn run(self) -> End {
        let lanes = join_all(self.lanes.into_iter().map(Lane::run));
        let (gathered, delivered) = tokio::join!(self.gatherer.run(), lanes);
        let ended: Result<(), Stopped> = delivered.into_iter().chain([gathered]).collect();
        match ended {
            Ok(()) => End::Finished,
            Err(Stopped) => End::Stopped,
        }
    }
}
