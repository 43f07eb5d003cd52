//! The ordered buses of an account, and their subscribers, kept in a file.

mod buses;
mod standing;
mod subscribers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use domain::Timestamp;
use event_delivery::DeadLetterFile;
use rusqlite::Transaction;
use tokio::sync::watch;

use crate::bus::OrderedBus;
use crate::config::Config;
use crate::log::{Log, Mirror};
use crate::recent::{Recent, WINDOW};
use crate::refusal::Refusal;
use crate::store::buses::KeptBus;
use crate::store::{self, StorageError, Store, events};
use crate::wire::buses::CreateEventBus;

pub use standing::Standing;

/// The file of dead letters beside the database, unless the configuration names another.
const DEAD_LETTERS: &str = "dead-letters.jsonl";

/// The ordered buses of one account. Clones share everything.
///
/// Nothing here keeps two processes from opening one file: the caller holds a lock.
#[derive(Clone)]
pub struct Account(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) dead_letters: DeadLetterFile,
    buses: RwLock<BTreeMap<String, OrderedBus<Log>>>,
    /// There may be something to deliver.
    pub(crate) news: watch::Sender<()>,
    /// A subscriber was made, changed or deleted.
    pub(crate) changes: watch::Sender<()>,
}

/// The file could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the ordered bus in {}", path.display())]
pub struct OpenError {
    path: PathBuf,
    source: StorageError,
}

impl Account {
    /// Opens the SQLite file at `path`, making it when it is missing. Blocks.
    ///
    /// # Errors
    /// When the file cannot be opened or holds what this bus has not written.
    pub fn open(path: &Path, config: Config) -> Result<Self, OpenError> {
        Self::try_open(path, config).map_err(|source| OpenError { path: path.to_owned(), source })
    }

    fn try_open(path: &Path, config: Config) -> Result<Self, StorageError> {
        let store = Store::open(path)?;
        let dead_letters = config.dead_letters.clone();
        let dead_letters = dead_letters.unwrap_or_else(|| path.with_file_name(DEAD_LETTERS));
        let account = Self(Arc::new(Shared {
            config,
            store: store.clone(),
            dead_letters: DeadLetterFile::at(dead_letters),
            buses: RwLock::default(),
            news: watch::Sender::default(),
            changes: watch::Sender::default(),
        }));
        store.run_now(|file| {
            let kept = store::buses::all(file)?;
            kept.iter().try_for_each(|bus| account.serve_bus(file, bus, None))
        })?;
        Ok(account)
    }

    /// Makes a bus under this ARN unless it is there, and has it keep events for so many days;
    /// `mirror` gets what it accepts. Blocks.
    ///
    /// # Errors
    /// When the file fails.
    pub fn ensure_bus(
        &self,
        arn: &str,
        name: &str,
        retention_days: u32,
        mirror: Option<Arc<dyn Mirror>>,
    ) -> Result<(), StorageError> {
        let now = self.0.config.clock.now();
        self.0.store.run_now(|file| {
            let bus = match store::buses::get(file, arn)? {
                Some(known) => known.kept_for(retention_days, now),
                None => KeptBus {
                    arn: arn.to_owned(),
                    settings: CreateEventBus::named(name, retention_days),
                    created_at: now,
                    modified_at: now,
                },
            };
            store::buses::put(file, &bus)?;
            self.serve_bus(file, &bus, mirror)
        })
    }

    /// Deletes the events that each bus has kept for its time; returns how many.
    ///
    /// # Errors
    /// When the file fails.
    pub async fn prune(&self, now: Timestamp) -> Result<usize, StorageError> {
        let prune = move |file: &Transaction<'_>| {
            let buses = store::buses::all(file)?;
            let start = |bus: &KeptBus| bus.settings.window_start(bus.created_at, now);
            buses.iter().map(|bus| events::prune(file, &bus.arn, start(bus))).sum()
        };
        self.0.store.run(prune).await
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.0
    }

    /// The bus with this ARN.
    pub(crate) fn bus(&self, arn: &str) -> Result<OrderedBus<Log>, Refusal> {
        let buses = self.0.buses.read().unwrap_or_else(PoisonError::into_inner);
        buses.get(arn).cloned().ok_or_else(Refusal::no_bus)
    }

    /// Takes events for a bus from here on. It knows the repeats of earlier processes.
    fn serve_bus(
        &self,
        file: &Transaction<'_>,
        bus: &KeptBus,
        mirror: Option<Arc<dyn Mirror>>,
    ) -> Result<(), StorageError> {
        let config = &self.0.config;
        let mut recent = Recent::default();
        let window = i64::try_from(WINDOW.as_millis()).unwrap_or(i64::MAX);
        let begin = Timestamp::from_millis(config.clock.now().as_millis() - window);
        for (key, at, accepted) in events::since(file, &bus.arn, begin)? {
            recent.note(key, accepted, at);
        }
        let log = Log {
            bus: bus.arn.clone(),
            account: config.account.clone(),
            region: config.region.clone(),
            store: self.0.store.clone(),
            clock: Arc::clone(&config.clock),
            mirror,
            news: self.0.news.clone(),
        };
        let served = OrderedBus::over(&bus.arn, Arc::clone(&config.clock), log, recent);
        self.0
            .buses
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(bus.arn.clone(), served);
        Ok(())
    }

    fn forget_bus(&self, arn: &str) {
        self.0.buses.write().unwrap_or_else(PoisonError::into_inner).remove(arn);
    }
}

/// A storage failure is the service's own.
impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "an operation failed");
        Self::new("InternalException", 500, error.to_string())
    }
}
