//! Rules as rows of the table `bus_rules`.

use event_pattern::{Library, Pattern};
use rusqlite::{Connection, Row, params};

use super::rule::{Rule, RuleState};
use crate::database::StorageError;

const LOAD: &str = "SELECT bus, name, description, state, pattern FROM bus_rules";

const STORE: &str = "
    INSERT INTO bus_rules (bus, name, description, state, pattern) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (bus, name) DO UPDATE SET
        description = excluded.description, state = excluded.state, pattern = excluded.pattern";

const DELETE: &str = "DELETE FROM bus_rules WHERE bus = ?1 AND name = ?2";

/// Every rule that can be read. A rule that cannot, for example one from another release, stays in
/// the table but is not used.
pub(super) fn load(
    connection: &mut Connection,
    library: &dyn Library,
) -> Result<Vec<Rule>, StorageError> {
    let mut statement = connection.prepare(LOAD)?;
    let mut rows = statement.query([])?;
    let mut rules = Vec::new();
    while let Some(row) = rows.next()? {
        match read(row, library)? {
            Ok(rule) => rules.push(rule),
            Err(why) => tracing::error!("{why}; put the rule again, or delete it"),
        }
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

fn read(row: &Row<'_>, library: &dyn Library) -> Result<Result<Rule, String>, StorageError> {
    let (bus, name): (String, String) = (row.get(0)?, row.get(1)?);
    let (state, pattern): (String, String) = (row.get(3)?, row.get(4)?);
    let description = row.get(2)?;
    let unusable = |why: &str| format!("the rule {name} of the bus {bus} cannot be used: {why}");
    let Some(state) = RuleState::named(&state) else { return Ok(Err(unusable(&state))) };
    Ok(match Pattern::compiled_by(library, &pattern) {
        Ok(pattern) => Ok(Rule { description, state, pattern, bus, name }),
        Err(error) => Err(unusable(&error.to_string())),
    })
}
