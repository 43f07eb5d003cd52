//! The bus itself: takes entries in, matches them with the rules and hands them to the archive.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::Timestamp;
use event_delivery::DeadLetterFile;
use event_pattern::EventJson;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::archive::{Archive, NewEvent};
use crate::archives::Archives;
use crate::config::Config;
use crate::database::{Database, StorageError};
use crate::entry::{Entry, EntryFailure, ValidEntry};
use crate::envelope::Envelope;
use crate::replays::Replays;
use crate::rules::{Key, Matched, Rules};
use crate::targets::Targets;

/// The file of dead letters beside the database, unless the configuration names another.
const DEAD_LETTERS: &str = "dead-letters.jsonl";

/// The event buses of one account. Clones share everything.
///
/// Nothing here keeps two processes from opening one file: the caller holds a lock.
#[derive(Clone)]
pub struct EventBus {
    config: Arc<Config>,
    database: Database,
    archive: Archive,
    rules: Arc<Rules>,
    targets: Arc<Targets>,
    dead_letters: DeadLetterFile,
    archives: Archives,
    replays: Replays,
    /// There may be something to deliver.
    news: Arc<Notify>,
    /// There may be something to replay.
    replay_news: Arc<Notify>,
}

/// A bus could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the event bus in {}", path.display())]
pub struct OpenError {
    path: PathBuf,
    source: StorageError,
}

/// What happens to an entry.
pub(crate) enum Fate {
    /// It is archived. These rules were switched off over it.
    Accepted(NewEvent, Vec<Key>),
    /// It gets this event id and is lost, as on EventBridge.
    Dropped(String),
    /// It is refused, and the publisher gets the reason.
    Failed(EntryFailure),
}

impl EventBus {
    /// Opens the SQLite file at `path`, making it when it is missing. Other tables in the file are
    /// left alone. Blocks.
    ///
    /// # Errors
    /// When the file cannot be opened or holds what this bus has not written.
    pub fn open(path: &Path, config: Config) -> Result<Self, OpenError> {
        Self::try_open(path, config).map_err(|source| OpenError { path: path.to_owned(), source })
    }

    fn try_open(path: &Path, config: Config) -> Result<Self, StorageError> {
        let database = Database::open(path)?;
        let dead_letters = config.dead_letters.clone();
        let dead_letters = dead_letters.unwrap_or_else(|| path.with_file_name(DEAD_LETTERS));
        Ok(Self {
            archive: Archive::open(database.clone())?,
            rules: Arc::new(Rules::open(database.clone())?),
            targets: Arc::new(Targets::open(database.clone())?),
            dead_letters: DeadLetterFile::at(dead_letters),
            archives: Archives::new(database.clone()),
            replays: Replays::new(database.clone()),
            news: Arc::default(),
            replay_news: Arc::default(),
            config: Arc::new(config),
            database,
        })
    }

    /// Every accepted event.
    #[must_use]
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Deletes the events that were received longer ago than the retention; returns how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prune(&self, now: Timestamp) -> Result<usize, StorageError> {
        let retention = i64::try_from(self.config.retention.as_millis()).unwrap_or(i64::MAX);
        let oldest = now.as_millis().saturating_sub(retention);
        self.archive.prune(Timestamp::from_millis(oldest)).await
    }

    /// Ends every subscription as soon as it has delivered what the archive holds. A server that
    /// waits for its connections before it stops calls this first.
    pub fn close(&self) {
        self.archive.close();
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn shared_config(&self) -> &Arc<Config> {
        &self.config
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(crate) fn targets(&self) -> &Targets {
        &self.targets
    }

    pub(crate) fn shared_targets(&self) -> &Arc<Targets> {
        &self.targets
    }

    /// What could not be delivered.
    pub(crate) fn dead_letters(&self) -> &DeadLetterFile {
        &self.dead_letters
    }

    pub(crate) fn archives(&self) -> &Archives {
        &self.archives
    }

    pub(crate) fn replays(&self) -> &Replays {
        &self.replays
    }

    pub(crate) fn news(&self) -> &Notify {
        &self.news
    }

    pub(crate) fn replay_news(&self) -> &Notify {
        &self.replay_news
    }

    /// Keeps in the database that these rules are switched off. They are off already: a failure is
    /// only logged.
    pub(crate) async fn keep_failed(&self, rules: Vec<Key>) {
        for rule in rules {
            if let Err(error) = self.rules.keep(rule).await {
                let error = &error as &dyn Error;
                tracing::error!(error, "a rule is switched off until a restart");
            }
        }
    }

    /// Decides what becomes of an entry. Nothing is kept yet.
    pub(crate) fn decide(&self, entry: &Entry) -> Fate {
        match self.admit(entry) {
            Err(failure) => Fate::Failed(failure),
            Ok(fate) => fate,
        }
    }

    fn admit(&self, entry: &Entry) -> Result<Fate, EntryFailure> {
        let valid = entry.validate()?;
        if let Some(failure) = self.config.interceptor.entry(entry) {
            return Err(failure);
        }
        let id = Uuid::new_v4().to_string();
        match self.config.bus(entry.event_bus_name.as_deref()) {
            Some(bus) if !valid.is_dropped_in_silence() => self.accept(id, bus, entry, valid),
            bus => {
                let (named, detail_type) = (&entry.event_bus_name, valid.detail_type);
                tracing::warn!(?named, bus, detail_type, %id, "event dropped, as EventBridge would");
                Ok(Fate::Dropped(id))
            }
        }
    }

    fn accept(
        &self,
        id: String,
        bus: &str,
        entry: &Entry,
        valid: ValidEntry<'_>,
    ) -> Result<Fate, EntryFailure> {
        let received_at = self.config.clock.now();
        let (source, detail_type) = (valid.source.to_owned(), valid.detail_type.to_owned());
        let event = self.event(&id, entry, valid, received_at).map_err(internal)?;
        let before = |rule: &str| self.config.interceptor.rule(rule, &event);
        let Matched { rules, failed } =
            self.rules.matching(bus, &event, before).map_err(internal)?;
        let bus = bus.to_owned();
        let event = NewEvent { id, received_at, bus, source, detail_type, rules, event };
        Ok(Fate::Accepted(event, failed))
    }

    fn event(
        &self,
        id: &str,
        entry: &Entry,
        valid: ValidEntry<'_>,
        received_at: Timestamp,
    ) -> Result<EventJson, serde_json::Error> {
        EventJson::of(&Envelope {
            version: "0",
            id,
            detail_type: valid.detail_type,
            source: valid.source,
            account: &self.config.account,
            time: entry.time_or(received_at),
            region: &self.config.region,
            resources: entry.resources.as_deref().unwrap_or_default(),
            detail: valid.detail,
        })
    }
}

fn internal(error: impl std::error::Error) -> EntryFailure {
    EntryFailure::new("InternalFailure", error.to_string())
}
