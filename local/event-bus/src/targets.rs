//! Targets of rules, kept in the database and read from memory.

mod table;
mod target;

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Connection;

use crate::database::{Database, StorageError};
use crate::rules::Key;

pub(crate) use table::Put;
pub(crate) use target::{Definition, RetryLimits, RuleTarget, TargetKey, Transformer};

type Memory = BTreeMap<TargetKey, Arc<RuleTarget>>;

/// All targets of all rules.
pub(crate) struct Targets {
    database: Database,
    memory: Arc<RwLock<Memory>>,
}

impl Targets {
    /// Loads the targets from the database. Blocks.
    pub(crate) fn open(database: Database) -> Result<Self, StorageError> {
        let loaded = database.read_now(table::load)?;
        let memory = loaded.into_iter().map(|(key, target)| (key, Arc::new(target))).collect();
        Ok(Self { database, memory: Arc::new(RwLock::new(memory)) })
    }

    /// Adds targets to a rule, or replaces those with their ids: all or none.
    pub(crate) async fn put(
        &self,
        rule: Key,
        targets: Vec<RuleTarget>,
    ) -> Result<Put, StorageError> {
        let memory = Arc::clone(&self.memory);
        let put = move |connection: &mut Connection| {
            let put = table::put(connection, &rule, &targets)?;
            if put == Put::Done {
                let mut memory = memory.write().unwrap_or_else(PoisonError::into_inner);
                memory.extend(targets.into_iter().map(|target| {
                    let (bus, rule) = rule.clone();
                    (TargetKey { bus, rule, id: target.id.clone() }, Arc::new(target))
                }));
            }
            Ok(put)
        };
        self.database.write(put).await
    }

    /// Removes targets of a rule, and what waits for them. Returns the ids of those that were not
    /// there; `None` when the rule itself is not.
    pub(crate) async fn remove(
        &self,
        rule: Key,
        ids: Vec<String>,
    ) -> Result<Option<Vec<String>>, StorageError> {
        let memory = Arc::clone(&self.memory);
        let remove = move |connection: &mut Connection| {
            let Some(unknown) = table::remove(connection, &rule, &ids)? else { return Ok(None) };
            let mut memory = memory.write().unwrap_or_else(PoisonError::into_inner);
            for id in ids {
                let (bus, rule) = rule.clone();
                memory.remove(&TargetKey { bus, rule, id });
            }
            Ok(Some(unknown))
        };
        self.database.write(remove).await
    }

    /// A rule's targets in the order of their ids, those after `after`.
    pub(crate) fn of_rule(&self, rule: &Key, after: Option<&str>) -> Vec<Arc<RuleTarget>> {
        let start = |id: &str| {
            Excluded(TargetKey { bus: rule.0.clone(), rule: rule.1.clone(), id: id.to_owned() })
        };
        self.look(|memory| {
            let rest = memory.range((start(after.unwrap_or_default()), Unbounded));
            let rest = rest.take_while(|(key, _)| key.bus == rule.0 && key.rule == rule.1);
            rest.map(|(_, target)| Arc::clone(target)).collect()
        })
    }

    /// The names of a bus's rules that have a target at this address, in order.
    pub(crate) fn rules_to(&self, bus: &str, address: &str) -> Vec<String> {
        self.look(|memory| {
            let to = |(key, target): &(&TargetKey, &Arc<RuleTarget>)| {
                key.bus == bus && target.definition.arn == address
            };
            let mut rules: Vec<_> = memory.iter().filter(to).map(|(k, _)| k.rule.clone()).collect();
            rules.dedup();
            rules
        })
    }

    pub(crate) fn has(&self, key: &TargetKey) -> bool {
        self.look(|memory| memory.contains_key(key))
    }

    /// Every target.
    pub(crate) fn all(&self) -> Vec<(TargetKey, Arc<RuleTarget>)> {
        self.look(|memory| memory.iter().map(|(k, target)| (k.clone(), target.clone())).collect())
    }

    fn look<T>(&self, at: impl FnOnce(&Memory) -> T) -> T {
        at(&self.memory.read().unwrap_or_else(PoisonError::into_inner))
    }
}
