//! Rules: named patterns on a bus, kept in the database and matched from memory.

mod rule;
mod table;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use event_pattern::{EventJson, Library};
use rusqlite::Connection;

use self::rule::{Key, key};
use crate::database::{Database, StorageError};

pub(crate) use rule::{Rule, RuleState};

/// All rules of all buses.
pub(crate) struct Rules {
    database: Database,
    by_name: Arc<RwLock<BTreeMap<Key, Rule>>>,
}

impl Rules {
    /// Loads the rules from the database. Blocks.
    pub(crate) fn open(database: Database, library: &dyn Library) -> Result<Self, StorageError> {
        let rules = database.read_now(|connection| table::load(connection, library))?;
        let by_name = rules.into_iter().map(|rule| (rule.key(), rule)).collect();
        Ok(Self { database, by_name: Arc::new(RwLock::new(by_name)) })
    }

    /// Adds a rule, or replaces the one with its name.
    pub(crate) async fn put(&self, rule: Rule) -> Result<(), StorageError> {
        let by_name = Arc::clone(&self.by_name);
        let put = move |connection: &mut Connection| {
            table::store(connection, &rule)?;
            by_name.write().unwrap_or_else(PoisonError::into_inner).insert(rule.key(), rule);
            Ok(())
        };
        // Both under the database's lock, so that memory gets the changes in the file's order.
        self.database.write(put).await
    }

    /// Removes a rule, if it exists.
    pub(crate) async fn delete(&self, bus: &str, name: &str) -> Result<(), StorageError> {
        let key = key(bus, name);
        let by_name = Arc::clone(&self.by_name);
        let delete = move |connection: &mut Connection| {
            table::delete(connection, &key.0, &key.1)?;
            by_name.write().unwrap_or_else(PoisonError::into_inner).remove(&key);
            Ok(())
        };
        self.database.write(delete).await
    }

    /// The rule with this name.
    pub(crate) fn get(&self, bus: &str, name: &str) -> Option<Rule> {
        self.look(|rules| rules.get(&key(bus, name)).cloned())
    }

    /// The rules of a bus in the order of their names: those after `after` that start with
    /// `prefix`.
    pub(crate) fn list(&self, bus: &str, prefix: &str, after: Option<&str>) -> Vec<Rule> {
        let is_wanted = |rule: &&Rule| {
            rule.bus == bus
                && rule.name.starts_with(prefix)
                && after.is_none_or(|after| rule.name.as_str() > after)
        };
        self.look(|rules| rules.values().filter(is_wanted).cloned().collect())
    }

    /// Whether any bus has a rule with this name.
    pub(crate) fn has_named(&self, name: &str) -> bool {
        self.look(|rules| rules.values().any(|rule| rule.name == name))
    }

    /// The names of the rules of `bus` that `event` matches, in order.
    pub(crate) fn matching(&self, bus: &str, event: &EventJson) -> Vec<String> {
        let is_asked = |rule: &&Rule| rule.bus == bus && rule.state.is_at_work();
        let matches = |rule: &&Rule| rule.matches(event);
        let names = |rules: &BTreeMap<Key, Rule>| {
            rules.values().filter(is_asked).filter(matches).map(|rule| rule.name.clone()).collect()
        };
        self.look(names)
    }

    fn look<T>(&self, at: impl FnOnce(&BTreeMap<Key, Rule>) -> T) -> T {
        at(&self.by_name.read().unwrap_or_else(PoisonError::into_inner))
    }
}
