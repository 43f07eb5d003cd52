//! The running executions of this process: how to stop one, how to wait for one, how many there
//! are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// An execution's ARN and the number of its run.
type Key = (String, u32);

#[derive(Clone)]
pub(super) struct Live {
    tables: Arc<Mutex<Tables>>,
    count: watch::Sender<usize>,
}

#[derive(Default)]
struct Tables {
    stops: HashMap<Key, CancellationToken>,
    /// For each awaited execution, a channel that closes when one of its runs ends here.
    ends: HashMap<String, watch::Sender<()>>,
}

/// One run's entry in the tables, removed when it is dropped.
pub(super) struct Entry {
    live: Live,
    key: Key,
    pub(super) stop: CancellationToken,
}

impl Live {
    pub(super) fn new() -> Self {
        Self { tables: Arc::default(), count: watch::Sender::new(0) }
    }

    pub(super) fn enter(&self, arn: &str, run: u32) -> Entry {
        let key = (arn.to_owned(), run);
        let stop = CancellationToken::new();
        let mut tables = self.tables();
        tables.stops.insert(key.clone(), stop.clone());
        self.count.send_replace(tables.stops.len());
        Entry { live: self.clone(), key, stop }
    }

    /// Tells the driver of this run, if there is one, to stop.
    pub(super) fn stop(&self, arn: &str, run: u32) {
        if let Some(stop) = self.tables().stops.get(&(arn.to_owned(), run)) {
            stop.cancel();
        }
    }

    /// A channel that closes after a run of this execution has ended here. Subscribe before you ask
    /// whether it has ended.
    pub(super) fn end_of(&self, arn: &str) -> watch::Receiver<()> {
        self.tables()
            .ends
            .entry(arn.to_owned())
            .or_insert_with(|| watch::Sender::new(()))
            .subscribe()
    }

    /// Closes the channel of an execution that no longer has a driver.
    pub(super) fn announce(&self, arn: &str) {
        self.tables().ends.remove(arn);
    }

    pub(super) fn count(&self) -> usize {
        *self.count.borrow()
    }

    pub(super) async fn idle(&self) {
        // The sender lives as long as `self`, so the wait cannot fail.
        let _ = self.count.subscribe().wait_for(|running| *running == 0).await;
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut tables = self.live.tables();
        tables.stops.remove(&self.key);
        tables.ends.remove(&self.key.0);
        self.live.count.send_replace(tables.stops.len());
    }
}
