//! Targets as rows of the table `bus_targets`.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::target::{Definition, RuleTarget, TargetKey};
use crate::database::StorageError;
use crate::rules::Key;

/// The most targets of a rule.
const MOST: usize = 5;

const LOAD: &str = "SELECT bus, rule, id, definition FROM bus_targets";

const HAS_RULE: &str = "SELECT 1 FROM bus_rules WHERE bus = ?1 AND name = ?2";

const PUT: &str = "
    INSERT INTO bus_targets (bus, rule, id, definition) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (bus, rule, id) DO UPDATE SET definition = excluded.definition";

const COUNT: &str = "SELECT count(*) FROM bus_targets WHERE bus = ?1 AND rule = ?2";

const REMOVE: &str = "DELETE FROM bus_targets WHERE bus = ?1 AND rule = ?2 AND id = ?3";

const REMOVE_WAITING: &str =
    "DELETE FROM bus_deliveries WHERE bus = ?1 AND rule = ?2 AND target = ?3";

/// What became of targets that were put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    Done,
    NoSuchRule,
    TooMany,
}

/// Every target that can be used. Another one, from another release, stays in the table.
pub(super) fn load(
    connection: &mut Connection,
) -> Result<Vec<(TargetKey, RuleTarget)>, StorageError> {
    let mut statement = connection.prepare(LOAD)?;
    let mut rows = statement.query([])?;
    let mut targets = Vec::new();
    while let Some(row) = rows.next()? {
        let key = TargetKey { bus: row.get(0)?, rule: row.get(1)?, id: row.get(2)? };
        match read(&key.id, &row.get::<_, String>(3)?) {
            Ok(target) => targets.push((key, target)),
            Err(reason) => tracing::error!(?key, reason, "the target cannot be used"),
        }
    }
    Ok(targets)
}

fn read(id: &str, definition: &str) -> Result<RuleTarget, String> {
    let definition: Definition =
        serde_json::from_str(definition).map_err(|error| error.to_string())?;
    RuleTarget::new(id.to_owned(), definition).map_err(|error| error.to_string())
}

pub(super) fn put(
    connection: &mut Connection,
    rule: &Key,
    targets: &[RuleTarget],
) -> Result<Put, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !has_rule(&transaction, rule)? {
        return Ok(Put::NoSuchRule);
    }
    for target in targets {
        let definition = serde_json::to_string(&target.definition).map_err(|error| {
            StorageError::Corrupt { what: "target".to_owned(), source: error.into() }
        })?;
        transaction.execute(PUT, params![rule.0, rule.1, target.id, definition])?;
    }
    let count: usize = transaction.query_row(COUNT, [&rule.0, &rule.1], |row| row.get(0))?;
    if count > MOST {
        return Ok(Put::TooMany);
    }
    transaction.commit()?;
    Ok(Put::Done)
}

pub(super) fn remove(
    connection: &mut Connection,
    rule: &Key,
    ids: &[String],
) -> Result<Option<Vec<String>>, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !has_rule(&transaction, rule)? {
        return Ok(None);
    }
    let mut unknown = Vec::new();
    for id in ids {
        if transaction.execute(REMOVE, [&rule.0, &rule.1, id])? == 0 {
            unknown.push(id.clone());
        }
        transaction.execute(REMOVE_WAITING, [&rule.0, &rule.1, id])?;
    }
    transaction.commit()?;
    Ok(Some(unknown))
}

/// Asked in the transaction, so that no rule is deleted meanwhile.
fn has_rule(transaction: &Transaction<'_>, rule: &Key) -> Result<bool, StorageError> {
    let found = transaction.query_row(HAS_RULE, [&rule.0, &rule.1], |_| Ok(()));
    Ok(found.optional()?.is_some())
}
