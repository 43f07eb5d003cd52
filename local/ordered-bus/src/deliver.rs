//! Keeps one worker for each subscriber that runs.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use event_delivery::Sender;
use futures::FutureExt;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::account::Account;
use crate::store::StorageError;
use crate::store::subscribers::{self, KeptSubscriber};
use crate::wire::settings::SubscriberState;
use crate::worker::Worker;

/// How long to wait after the file has failed, or a worker.
const PAUSE: Duration = Duration::from_secs(1);

/// The buses cannot send to their subscribers.
#[derive(Debug, thiserror::Error)]
#[error("the ordered bus cannot send to its subscribers")]
pub struct DeliverError(#[source] Box<dyn Error + Send + Sync>);

/// A subscriber at work, under settings of this revision.
struct Running {
    revision: i64,
    retire: CancellationToken,
}

struct Workers {
    account: Account,
    sender: Sender,
    running: BTreeMap<String, Running>,
    tasks: JoinSet<String>,
}

impl Account {
    /// Delivers to the subscribers that run until `stop` ends. One process at a time does this, and
    /// calls it once.
    ///
    /// Each event that a subscriber wants reaches its target at least once, or is given up by its
    /// retry policy. A delivery in flight when this ends is made again.
    ///
    /// # Errors
    /// When no HTTP client can be built.
    pub async fn deliver(&self, stop: impl Future<Output = ()>) -> Result<(), DeliverError> {
        let config = &self.shared().config;
        let sender = Sender::new(config.patience, Arc::clone(&config.clock));
        let sender = sender.map_err(|error| DeliverError(error.into()))?;
        let (running, tasks) = (BTreeMap::new(), JoinSet::new());
        Workers { account: self.clone(), sender, running, tasks }.run(stop).await;
        Ok(())
    }
}

impl Workers {
    async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut changes = self.account.shared().changes.subscribe();
        loop {
            changes.mark_unchanged();
            let pause = match self.look().await {
                Ok(()) => Duration::MAX,
                Err(error) => {
                    tracing::error!(error = &error as &dyn Error, "the ordered bus's file failed");
                    PAUSE
                }
            };
            tokio::select! {
                () = &mut stop => return,
                _ = changes.changed() => {}
                // A worker that ended is started again at the next look, if it is still wanted.
                Some(Ok(arn)) = self.tasks.join_next() => drop(self.running.remove(&arn)),
                () = sleep(pause) => {}
            }
        }
    }

    /// Starts the workers that are missing, and retires those whose subscribers have changed.
    async fn look(&mut self) -> Result<(), StorageError> {
        let all = self.account.shared().store.run(subscribers::all).await?;
        let wanted = all.into_iter().filter(|it| it.settings.state == SubscriberState::Running);
        let wanted: BTreeMap<_, _> = wanted.map(|it| (it.arn.clone(), it)).collect();
        for (arn, running) in &self.running {
            if wanted.get(arn).is_none_or(|it| it.revision != running.revision) {
                running.retire.cancel();
            }
        }
        for (arn, subscriber) in wanted {
            if !self.running.contains_key(&arn) {
                self.start(arn, subscriber);
            }
        }
        Ok(())
    }

    fn start(&mut self, arn: String, subscriber: KeptSubscriber) {
        let (revision, retire) = (subscriber.revision, CancellationToken::new());
        let worker = Worker::new(Arc::clone(self.account.shared()), subscriber, &self.sender);
        self.running.insert(arn.clone(), Running { revision, retire: retire.clone() });
        self.tasks.spawn(async move {
            // A panic ends one worker, and no other.
            let ended = AssertUnwindSafe(worker.run(retire)).catch_unwind().await;
            match ended {
                Ok(Ok(())) => return arn,
                Ok(Err(error)) => {
                    tracing::error!(error = &error as &dyn Error, "a subscriber begins again");
                }
                Err(_) => tracing::error!(arn, "a subscriber's worker panicked; it begins again"),
            }
            sleep(PAUSE).await;
            arn
        });
    }
}
