//! Rules as rows of the table `bus_rules`, and why some are switched off, in `bus_failed_rules`.

use event_pattern::Pattern;
use rusqlite::{Connection, Row, TransactionBehavior, params};

use super::rule::{Rule, RuleState};
use crate::database::StorageError;

const LOAD: &str = "
    SELECT bus, name, description, state, pattern, failure
    FROM bus_rules LEFT JOIN bus_failed_rules USING (bus, name)";

const STORE: &str = "
    INSERT INTO bus_rules (bus, name, description, state, pattern) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (bus, name) DO UPDATE SET
        description = excluded.description, state = excluded.state, pattern = excluded.pattern";

const STORE_FAILURE: &str = "
    INSERT INTO bus_failed_rules (bus, name, failure) VALUES (?1, ?2, ?3)
    ON CONFLICT (bus, name) DO UPDATE SET failure = excluded.failure";

const DELETE: &str = "DELETE FROM bus_rules WHERE bus = ?1 AND name = ?2";

const HAS_TARGETS: &str = "SELECT EXISTS (SELECT 1 FROM bus_targets WHERE bus = ?1 AND rule = ?2)";

const DELETE_FAILURE: &str = "DELETE FROM bus_failed_rules WHERE bus = ?1 AND name = ?2";

/// Every rule that can be read. A rule in a state from another release stays in the table but is
/// not used.
pub(super) fn load(connection: &mut Connection) -> Result<Vec<Rule>, StorageError> {
    let mut statement = connection.prepare(LOAD)?;
    let mut rows = statement.query([])?;
    let mut rules = Vec::new();
    while let Some(row) = rows.next()? {
        rules.extend(read(row)?);
    }
    Ok(rules)
}

pub(super) fn store(connection: &mut Connection, rule: &Rule) -> Result<(), StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let state = rule.state.as_str();
    transaction.execute(STORE, params![rule.bus, rule.name, rule.description, state, rule.text])?;
    match &rule.failure {
        Some(failure) => transaction.execute(STORE_FAILURE, [&rule.bus, &rule.name, failure])?,
        None => transaction.execute(DELETE_FAILURE, [&rule.bus, &rule.name])?,
    };
    Ok(transaction.commit()?)
}

/// False when the rule has targets: then it stays.
pub(super) fn delete(
    connection: &mut Connection,
    bus: &str,
    name: &str,
) -> Result<bool, StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if transaction.query_row(HAS_TARGETS, [bus, name], |row| row.get(0))? {
        return Ok(false);
    }
    transaction.execute(DELETE, [bus, name])?;
    transaction.execute(DELETE_FAILURE, [bus, name])?;
    transaction.commit()?;
    Ok(true)
}

fn read(row: &Row<'_>) -> Result<Option<Rule>, StorageError> {
    let (bus, name): (String, String) = (row.get(0)?, row.get(1)?);
    let (state, text): (String, String) = (row.get(3)?, row.get(4)?);
    let Some(state) = RuleState::named(&state) else {
        tracing::error!(bus, rule = name, state, "the rule cannot be used: its state is unknown");
        return Ok(None);
    };
    let (description, failure) = (row.get(2)?, row.get(5)?);
    let pattern = Pattern::parse(&text);
    let refusal = pattern.as_ref().err().map(ToString::to_string);
    let pattern = pattern.ok();
    let mut rule = Rule { bus, name, description, state, text, pattern, failure };
    if let Some(refusal) = refusal {
        rule.switch_off(refusal);
    }
    Ok(Some(rule))
}
