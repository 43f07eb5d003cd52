//! Changes to the journal: each call is one transaction.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior, named_params, params};
use serde_json::Value;

use super::columns::Millis;
use super::read::find;
use super::{Execution, Journal, JournalError, tokens};
use crate::api::Stop;
use crate::history::Event;
use crate::interpret::{Failure, Position};

/// The result of a start.
#[derive(Debug)]
pub(crate) enum Begun {
    /// The execution is new, and durable.
    New,
    /// The name was already taken, by this execution.
    Taken(Box<Execution>),
}

/// One step of an execution.
#[derive(Debug)]
pub(crate) struct Advance {
    pub(crate) at: Timestamp,
    pub(crate) events: Vec<Event>,
    /// The new position of the execution; `None` if it has not moved.
    pub(crate) position: Option<Position>,
    pub(crate) ending: Option<Ending>,
}

/// How an execution ends by itself.
#[derive(Debug)]
pub(crate) enum Ending {
    Succeeded(Value),
    Failed(Failure),
}

const INSERT: &str = "
    INSERT INTO executions (arn, machine_arn, name, input, trace_header, started, status, position, redrive_count)
    VALUES (:arn, :machine, :name, :input, :trace, :started, 'RUNNING', :position, 0)";

/// Only the driver of the present run may advance an execution, not a driver whose execution was
/// stopped or redriven meanwhile.
const ADVANCE: &str = "
    UPDATE executions SET position = COALESCE(:position, position)
    WHERE arn = :arn AND status = 'RUNNING' AND redrive_count = :run";

const END: &str = "
    UPDATE executions SET status = :status, stopped = :at, output = :output, error = :error, cause = :cause
    WHERE arn = :arn";

const ABORT: &str = "
    UPDATE executions SET status = 'ABORTED', stopped = :at, error = :error, cause = :cause
    WHERE arn = :arn AND status = 'RUNNING'";

const REDRIVE: &str = "
    UPDATE executions
    SET status = 'RUNNING', position = :position, redrive_count = redrive_count + 1, redriven = :at,
        stopped = NULL, error = NULL, cause = NULL
    WHERE arn = :arn AND status <> 'RUNNING' AND redrive_count = :run";

impl Journal {
    /// Inserts a new execution, unless its ARN is taken.
    pub(crate) async fn begin(
        &self,
        execution: Execution,
        events: Vec<Event>,
    ) -> Result<Begun, JournalError> {
        self.writer
            .run(move |connection| in_transaction(connection, |tx| begin(tx, &execution, &events)))
            .await
    }

    /// Writes one step. False if this run may no longer advance the execution; then nothing is
    /// written.
    pub(crate) async fn advance(
        &self,
        arn: &str,
        run: u32,
        step: Arc<Advance>,
    ) -> Result<bool, JournalError> {
        let arn = arn.to_owned();
        self.writer
            .run(move |connection| in_transaction(connection, |tx| advance(tx, &arn, run, &step)))
            .await
    }

    /// Ends a running execution as aborted, and returns it as it is afterwards; one that has ended
    /// does not change.
    pub(crate) async fn abort(
        &self,
        arn: &str,
        at: Timestamp,
        stop: Stop,
    ) -> Result<Option<Execution>, JournalError> {
        let arn = arn.to_owned();
        self.writer
            .run(move |connection| in_transaction(connection, |tx| abort(tx, &arn, at, &stop)))
            .await
    }

    /// Returns an ended execution to its position, and remembers the call's token. False if
    /// another call did so first.
    pub(crate) async fn redrive(
        &self,
        ended: Execution,
        at: Timestamp,
        token: Option<String>,
    ) -> Result<bool, JournalError> {
        let token = move |tx: &Transaction<'_>, arn: &str| match &token {
            Some(token) => tokens::remember(tx, arn, token, at),
            None => Ok(()),
        };
        let redrive = move |tx: &Transaction<'_>| {
            let redriven = redrive(tx, &ended, at)?;
            if redriven {
                token(tx, &ended.arn)?;
            }
            Ok(redriven)
        };
        self.writer.run(move |connection| in_transaction(connection, redrive)).await
    }
}

pub(super) fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&tx)?;
    tx.commit()?;
    Ok(done)
}

fn begin(tx: &Transaction<'_>, new: &Execution, events: &[Event]) -> rusqlite::Result<Begun> {
    if let Some(taken) = find(tx, &new.arn)? {
        return Ok(Begun::Taken(Box::new(taken)));
    }
    tx.prepare_cached(INSERT)?.execute(named_params! {
        ":arn": new.arn, ":machine": new.machine_arn, ":name": new.name, ":input": new.input,
        ":trace": new.trace_header, ":started": Millis(new.started), ":position": new.position,
    })?;
    append(tx, &new.arn, new.started, events)?;
    Ok(Begun::New)
}

fn advance(tx: &Transaction<'_>, arn: &str, run: u32, step: &Advance) -> rusqlite::Result<bool> {
    let values = named_params! {":arn": arn, ":run": run, ":position": step.position};
    if tx.prepare_cached(ADVANCE)?.execute(values)? == 0 {
        return Ok(false);
    }
    append(tx, arn, step.at, &step.events)?;
    if let Some(ending) = &step.ending {
        end(tx, arn, step.at, ending)?;
    }
    Ok(true)
}

fn end(tx: &Transaction<'_>, arn: &str, at: Timestamp, ending: &Ending) -> rusqlite::Result<()> {
    let (status, output, failure) = match ending {
        Ending::Succeeded(output) => ("SUCCEEDED", Some(output.to_string()), None),
        Ending::Failed(failure) => ("FAILED", None, Some(failure)),
    };
    let (error, cause) = failure.map(|failure| (&failure.error, &failure.cause)).unzip();
    tx.prepare_cached(END)?.execute(named_params! {
        ":arn": arn, ":status": status, ":at": Millis(at), ":output": output, ":error": error, ":cause": cause,
    })?;
    Ok(())
}

fn abort(
    tx: &Transaction<'_>,
    arn: &str,
    at: Timestamp,
    stop: &Stop,
) -> rusqlite::Result<Option<Execution>> {
    let values = named_params! {
        ":arn": arn, ":at": Millis(at), ":error": stop.error, ":cause": stop.cause,
    };
    if tx.prepare_cached(ABORT)?.execute(values)? > 0 {
        append(tx, arn, at, &[Event::execution_aborted(stop)])?;
    }
    find(tx, arn)
}

fn redrive(tx: &Transaction<'_>, ended: &Execution, at: Timestamp) -> rusqlite::Result<bool> {
    let position = ended.position.clone().afresh();
    let values = named_params! {
        ":arn": ended.arn, ":run": ended.redrive_count, ":at": Millis(at), ":position": position,
    };
    if tx.prepare_cached(REDRIVE)?.execute(values)? == 0 {
        return Ok(false);
    }
    append(tx, &ended.arn, at, &[Event::execution_redriven(ended.redrive_count + 1)])?;
    Ok(true)
}

fn append(
    tx: &Transaction<'_>,
    arn: &str,
    at: Timestamp,
    events: &[Event],
) -> rusqlite::Result<()> {
    let last = "SELECT COALESCE(MAX(id), 0) FROM history WHERE arn = ?1";
    let last: i64 = tx.prepare_cached(last)?.query_row([arn], |row| row.get(0))?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO history (arn, id, time, kind, details) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (event, id) in events.iter().zip(last + 1..) {
        insert.execute(params![arn, id, Millis(at), event.kind, event.details.to_string()])?;
    }
    Ok(())
}
