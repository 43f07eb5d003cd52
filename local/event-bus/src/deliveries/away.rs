//! The targets at which nobody listens. Each is watched, so that it gets what waits as soon as
//! somebody does, and not only when the next attempt is due.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use event_delivery::{Url, is_listening};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::targets::{TargetKey, Targets};

/// How often a target is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The targets that are away, and those who watch them.
pub(super) struct Away {
    keys: BTreeSet<TargetKey>,
    /// Each ends when somebody listens, or when the target is removed.
    watchers: JoinSet<TargetKey>,
    targets: Arc<Targets>,
}

impl Away {
    pub(super) fn new(targets: Arc<Targets>) -> Self {
        Self { keys: BTreeSet::new(), watchers: JoinSet::new(), targets }
    }

    /// Nobody listens at this address of a target.
    pub(super) fn note(&mut self, key: TargetKey, url: Url) {
        if !self.keys.insert(key.clone()) {
            return;
        }
        let TargetKey { bus, rule, id } = &key;
        tracing::warn!(bus, rule, target = id, "nobody listens at a target; its events wait");
        let targets = Arc::clone(&self.targets);
        self.watchers.spawn(async move {
            while targets.has(&key) && !is_listening(&url).await {
                sleep(LOOK_EVERY).await;
            }
            key
        });
    }

    /// A target has answered; it is returned if it was away.
    pub(super) fn answered(&mut self, key: &TargetKey) -> Option<TargetKey> {
        self.keys.take(key)
    }

    /// The next target that is back; `None` while none is away.
    pub(super) async fn next_back(&mut self) -> Option<TargetKey> {
        while let Some(back) = self.watchers.join_next().await {
            if let Some(key) = back.ok().and_then(|key| self.keys.take(&key)) {
                return Some(key);
            }
        }
        None
    }
}
