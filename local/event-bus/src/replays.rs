//! Replays: events of an archive, sent again to the targets of rules.

mod replay;
mod table;

use domain::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use crate::database::{Database, StorageError};
use crate::queue;

pub(crate) use replay::{Replay, ReplayState};

/// All replays.
#[derive(Clone)]
pub(crate) struct Replays(Database);

/// The rules that get an event again, by its position.
pub(crate) type Again = Vec<(i64, Vec<String>)>;

impl Replays {
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    /// Keeps a new replay; false when there is one with its name.
    pub(crate) async fn create(&self, replay: Replay) -> Result<bool, StorageError> {
        self.0.write(move |connection: &mut Connection| table::insert(connection, &replay)).await
    }

    pub(crate) async fn get(&self, name: &str) -> Result<Option<Replay>, StorageError> {
        let name = name.to_owned();
        self.0.read(move |connection: &mut Connection| table::get(connection, &name)).await
    }

    /// All of them in the order of their names.
    pub(crate) async fn all(&self) -> Result<Vec<Replay>, StorageError> {
        self.0.read(|connection: &mut Connection| table::all(connection)).await
    }

    /// How many of a replay's deliveries still wait.
    pub(crate) async fn waiting(&self, name: &str) -> Result<usize, StorageError> {
        let name = name.to_owned();
        self.0.read(move |connection: &mut Connection| queue::of_replay(connection, &name)).await
    }

    /// Queues events for rules and notes how far the replay is, in one transaction. Does nothing
    /// where it has been cancelled meanwhile.
    pub(crate) async fn advance(
        &self,
        replay: Replay,
        again: Again,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let advance = move |connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let kept = table::get(&transaction, &replay.name)?;
            if !kept.is_some_and(|kept| kept.state.is_open()) {
                return Ok(());
            }
            for (position, rules) in &again {
                for rule in rules {
                    let key = (replay.bus.as_str(), rule.as_str());
                    queue::add(&transaction, key, *position, Some(&replay.name), now)?;
                }
            }
            table::update(&transaction, &replay)?;
            Ok(transaction.commit()?)
        };
        self.0.write(advance).await
    }

    /// Changes a replay's state if `change` says so, in one transaction; returns the replay as it
    /// was. What waits of one that is then cancelled is dropped.
    pub(crate) async fn change(
        &self,
        name: &str,
        change: impl FnOnce(&Replay) -> Option<Replay> + Send + 'static,
    ) -> Result<Option<Replay>, StorageError> {
        let name = name.to_owned();
        let write = move |connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let Some(replay) = table::get(&transaction, &name)? else { return Ok(None) };
            if let Some(changed) = change(&replay) {
                table::update(&transaction, &changed)?;
                if changed.state == ReplayState::Cancelled {
                    queue::drop_replay(&transaction, &name)?;
                }
                transaction.commit()?;
            }
            Ok(Some(replay))
        };
        self.0.write(write).await
    }
}
