//! Rules: named patterns on a bus, kept in the database and matched from memory.

mod rule;
mod table;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use event_pattern::{Event, EventJson, Keys, Undecided};
use rusqlite::Connection;

use self::rule::key;
use crate::database::{Database, StorageError};

pub(crate) use rule::{Key, Rule, RuleState};

/// All rules of all buses.
pub(crate) struct Rules {
    database: Database,
    memory: Arc<RwLock<Memory>>,
}

/// The rules as they are matched.
#[derive(Default)]
struct Memory {
    by_name: BTreeMap<Key, Rule>,
    /// The keys of events for which any of the rules asks.
    keys: Keys,
}

/// What the rules say of an event.
#[derive(Default)]
pub(crate) struct Matched {
    /// The names of the rules that get it, in order.
    pub(crate) rules: Vec<String>,
    /// The rules that were switched off over it. See [`Rules::keep`].
    pub(crate) failed: Vec<Key>,
}

impl Rules {
    /// Loads the rules from the database. Blocks.
    pub(crate) fn open(database: Database) -> Result<Self, StorageError> {
        let rules = database.read_now(table::load)?;
        let mut memory = Memory::default();
        memory.change(|by_name| by_name.extend(rules.into_iter().map(|rule| (rule.key(), rule))));
        Ok(Self { database, memory: Arc::new(RwLock::new(memory)) })
    }

    /// Adds a rule, or replaces the one with its name.
    pub(crate) async fn put(&self, rule: Rule) -> Result<(), StorageError> {
        let memory = Arc::clone(&self.memory);
        let put = move |connection: &mut Connection| {
            table::store(connection, &rule)?;
            let mut memory = memory.write().unwrap_or_else(PoisonError::into_inner);
            memory.change(|by_name| drop(by_name.insert(rule.key(), rule)));
            Ok(())
        };
        // Both under the database's lock, so that memory gets the changes in the file's order.
        self.database.write(put).await
    }

    /// Removes a rule, if it exists; false when it has targets, which go first.
    pub(crate) async fn delete(&self, bus: &str, name: &str) -> Result<bool, StorageError> {
        let key = key(bus, name);
        let memory = Arc::clone(&self.memory);
        let delete = move |connection: &mut Connection| {
            if !table::delete(connection, &key.0, &key.1)? {
                return Ok(false);
            }
            let mut memory = memory.write().unwrap_or_else(PoisonError::into_inner);
            memory.change(|by_name| drop(by_name.remove(&key)));
            Ok(true)
        };
        self.database.write(delete).await
    }

    /// Switches a rule on or off; false when it does not exist. What it failed on is forgotten when
    /// it is switched on.
    pub(crate) async fn switch(
        &self,
        bus: &str,
        name: &str,
        state: RuleState,
    ) -> Result<bool, StorageError> {
        let key = key(bus, name);
        let memory = Arc::clone(&self.memory);
        let switch = move |connection: &mut Connection| {
            let known =
                memory.read().unwrap_or_else(PoisonError::into_inner).by_name.get(&key).cloned();
            let Some(rule) = known.map(|rule| rule.switched(state)) else { return Ok(false) };
            table::store(connection, &rule)?;
            let mut memory = memory.write().unwrap_or_else(PoisonError::into_inner);
            memory.change(|by_name| drop(by_name.insert(key, rule)));
            Ok(true)
        };
        self.database.write(switch).await
    }

    /// Keeps in the database what a rule is in memory: that it is switched off.
    pub(crate) async fn keep(&self, key: Key) -> Result<(), StorageError> {
        let memory = Arc::clone(&self.memory);
        let keep = move |connection: &mut Connection| {
            let memory = memory.read().unwrap_or_else(PoisonError::into_inner);
            memory.by_name.get(&key).map_or(Ok(()), |rule| table::store(connection, rule))
        };
        self.database.write(keep).await
    }

    /// The rule with this name.
    pub(crate) fn get(&self, bus: &str, name: &str) -> Option<Rule> {
        self.look(|memory| memory.by_name.get(&key(bus, name)).cloned())
    }

    /// Whether there is this rule, and it is switched on.
    pub(crate) fn is_at_work(&self, bus: &str, name: &str) -> bool {
        self.look(|memory| {
            let rule = memory.by_name.get(&key(bus, name));
            rule.is_some_and(|rule| rule.state.is_at_work())
        })
    }

    /// The rules of a bus in the order of their names: those after `after` that start with
    /// `prefix`.
    pub(crate) fn list(&self, bus: &str, prefix: &str, after: Option<&str>) -> Vec<Rule> {
        let is_wanted = |rule: &&Rule| {
            rule.bus == bus
                && rule.name.starts_with(prefix)
                && after.is_none_or(|after| rule.name.as_str() > after)
        };
        self.look(|memory| memory.by_name.values().filter(is_wanted).cloned().collect())
    }

    /// Whether any bus has a rule with this name.
    pub(crate) fn has_named(&self, name: &str) -> bool {
        self.look(|memory| memory.by_name.values().any(|rule| rule.name == name))
    }

    /// The rules of `bus` that `event` matches. A rule that fails does not get it, and is switched
    /// off. `before` is called with the name of each rule that is asked.
    ///
    /// # Errors
    /// When the event is one that no rule can be asked about.
    pub(crate) fn matching(
        &self,
        bus: &str,
        event: &EventJson,
        before: impl Fn(&str),
    ) -> Result<Matched, Undecided> {
        let (mut matched, mut failures) = (Matched::default(), Vec::new());
        self.look(|memory| {
            let event = Event::with_keys(event, &memory.keys)?;
            let is_asked = |rule: &&Rule| rule.bus == bus && rule.state.is_at_work();
            for rule in memory.by_name.values().filter(is_asked) {
                match rule.matches(&event, &before) {
                    Ok(true) => matched.rules.push(rule.name.clone()),
                    Ok(false) => {}
                    Err(failure) => failures.push((rule.clone(), failure)),
                }
            }
            Ok(())
        })?;
        for (rule, failure) in failures {
            self.switch_off(&rule, failure);
            matched.failed.push(rule.key());
        }
        Ok(matched)
    }

    /// Switches a rule off, unless it was put anew in the meantime.
    fn switch_off(&self, failed: &Rule, failure: String) {
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        let rule = memory.by_name.get_mut(&failed.key());
        if let Some(rule) = rule.filter(|rule| rule.text == failed.text) {
            rule.switch_off(failure);
        }
    }

    fn look<T>(&self, at: impl FnOnce(&Memory) -> T) -> T {
        at(&self.memory.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Memory {
    fn change(&mut self, change: impl FnOnce(&mut BTreeMap<Key, Rule>)) {
        change(&mut self.by_name);
        self.keys = self.by_name.values().filter_map(|rule| rule.pattern.as_ref()).collect();
    }
}
