//! What the journal forgets, a few executions at a time, so that no step waits long for it.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params, params};

use super::columns::Millis;
use super::write::in_transaction;
use super::{Journal, JournalError};

/// Executions of one transaction.
const STEP: u32 = 50;

const ENDED_BEFORE: &str = "
    SELECT arn, stopped FROM executions
    WHERE status <> 'RUNNING' AND stopped < ?1 ORDER BY stopped, arn LIMIT ?2";

/// The newest ended execution whose history is not among the `:kept` newest.
const LAST_TO_SHORTEN: &str = "
    SELECT arn, stopped FROM executions
    WHERE status <> 'RUNNING' ORDER BY stopped DESC, arn DESC LIMIT 1 OFFSET :kept";

const ENDED_BETWEEN: &str = "
    SELECT arn, stopped FROM executions
    WHERE status <> 'RUNNING'
      AND (stopped, arn) > (:stopped, :arn) AND (stopped, arn) <= (:last_stopped, :last_arn)
    ORDER BY stopped, arn LIMIT :step";

/// The place of an execution in the order of their ends.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    stopped: Timestamp,
    arn: String,
}

impl Default for Ended {
    /// Before all executions.
    fn default() -> Self {
        Self { stopped: Timestamp::MIN, arn: String::new() }
    }
}

impl Journal {
    /// Deletes the executions that ended before `before`, with their histories.
    pub(crate) async fn forget(&self, before: Timestamp) -> Result<(), JournalError> {
        loop {
            let step = move |connection: &mut Connection| {
                in_transaction(connection, |tx| forget_some(tx, before))
            };
            if self.writer.run(step).await? < STEP as usize {
                return Ok(());
            }
        }
    }

    /// Deletes the histories of ended executions but for the `kept` newest. Those up to `done` were
    /// deleted before; returns up to where they are now.
    pub(crate) async fn shorten(&self, mut done: Ended, kept: u32) -> Result<Ended, JournalError> {
        let last = move |connection: &mut Connection| last_to_shorten(connection, kept);
        let Some(last) = self.writer.run(last).await? else { return Ok(done) };
        loop {
            let (from, to) = (done.clone(), last.clone());
            let step = move |connection: &mut Connection| {
                in_transaction(connection, |tx| shorten_some(tx, &from, &to))
            };
            match self.writer.run(step).await? {
                Some(next) => done = next,
                None => return Ok(done),
            }
        }
    }
}

fn forget_some(tx: &Transaction<'_>, before: Timestamp) -> rusqlite::Result<usize> {
    let mut old = tx.prepare_cached(ENDED_BEFORE)?;
    let old: Vec<Ended> =
        old.query_map(params![Millis(before), STEP], ended)?.collect::<Result<_, _>>()?;
    delete_histories(tx, &old)?;
    for table in ["redrives", "executions"] {
        let mut delete = tx.prepare_cached(&format!("DELETE FROM {table} WHERE arn = ?1"))?;
        old.iter().try_for_each(|ended| delete.execute([&ended.arn]).map(drop))?;
    }
    Ok(old.len())
}

fn last_to_shorten(connection: &Connection, kept: u32) -> rusqlite::Result<Option<Ended>> {
    let mut last = connection.prepare_cached(LAST_TO_SHORTEN)?;
    last.query_row(named_params! {":kept": kept}, ended).optional()
}

/// The last execution of this step, if there was one.
fn shorten_some(tx: &Transaction<'_>, from: &Ended, to: &Ended) -> rusqlite::Result<Option<Ended>> {
    let mut between = tx.prepare_cached(ENDED_BETWEEN)?;
    let values = named_params! {
        ":stopped": Millis(from.stopped), ":arn": from.arn,
        ":last_stopped": Millis(to.stopped), ":last_arn": to.arn, ":step": STEP,
    };
    let mut found: Vec<Ended> = between.query_map(values, ended)?.collect::<Result<_, _>>()?;
    delete_histories(tx, &found)?;
    Ok(found.pop())
}

fn delete_histories(tx: &Transaction<'_>, executions: &[Ended]) -> rusqlite::Result<()> {
    let mut delete = tx.prepare_cached("DELETE FROM history WHERE arn = ?1")?;
    executions.iter().try_for_each(|ended| delete.execute([&ended.arn]).map(drop))
}

fn ended(row: &Row<'_>) -> rusqlite::Result<Ended> {
    Ok(Ended { arn: row.get("arn")?, stopped: row.get::<_, Millis>("stopped")?.0 })
}

#[cfg(test)]
pub(super) const QUERIES: [(&str, &str); 3] = [
    (ENDED_BEFORE, "USING INDEX executions_ended (stopped<?)"),
    (LAST_TO_SHORTEN, "USING INDEX executions_ended"),
    (ENDED_BETWEEN, "USING INDEX executions_ended ((stopped,arn)>(?,?) AND (stopped,arn)<(?,?))"),
];
