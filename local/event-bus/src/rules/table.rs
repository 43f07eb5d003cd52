//! Rules as rows of the table `bus_rules`.

use rusqlite::{Connection, Row, params};

use super::{Rule, RuleState};
use crate::database::StorageError;
use crate::pattern::Pattern;

const LOAD: &str = "SELECT bus, name, description, state, pattern FROM bus_rules";

const STORE: &str = "
    INSERT INTO bus_rules (bus, name, description, state, pattern) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (bus, name) DO UPDATE SET
        description = excluded.description, state = excluded.state, pattern = excluded.pattern";

const DELETE: &str = "DELETE FROM bus_rules WHERE bus = ?1 AND name = ?2";

pub(super) fn load(connection: &mut Connection) -> Result<Vec<Rule>, StorageError> {
    let mut statement = connection.prepare(LOAD)?;
    let mut rows = statement.query([])?;
    let mut rules = Vec::new();
    while let Some(row) = rows.next()? {
        rules.push(read(row)?);
    }
    Ok(rules)
}

pub(super) fn store(connection: &Connection, rule: &Rule) -> Result<(), StorageError> {
    let (state, pattern) = (rule.state.as_str(), rule.pattern.as_str());
    connection.execute(STORE, params![rule.bus, rule.name, rule.description, state, pattern])?;
    Ok(())
}

pub(super) fn delete(connection: &Connection, bus: &str, name: &str) -> Result<(), StorageError> {
    connection.execute(DELETE, [bus, name])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Rule, StorageError> {
    let (bus, name): (String, String) = (row.get(0)?, row.get(1)?);
    let (state, pattern): (String, String) = (row.get(3)?, row.get(4)?);
    let unreadable =
        |source| StorageError::Corrupt { what: format!("rule {name} of {bus}"), source };
    let state = RuleState::named(&state).ok_or_else(|| unreadable(state.into()))?;
    let pattern = Pattern::parse(&pattern).map_err(|error| unreadable(error.into()))?;
    Ok(Rule { description: row.get(2)?, state, pattern, bus, name })
}
