//! Marks published events, many in one call. A failed mark costs at most a duplicate, so it is
//! reported and never blocks anything.

mod wire;

use std::collections::BTreeSet;
use std::error::Error;
use std::iter::repeat_with;
use std::time::Duration;

use domain::Timestamp;
use futures::{StreamExt, stream};

use super::{OutboxKey, RETENTION};
use crate::backoff::retrying;
use crate::fault::{self, Fault};
use crate::{Client, StoreError};
use wire::{Answers, Moment, Refusal, Response, Statement};

const MARKING: &str = "marking events as dispatched";
const TARGET: &str = "DynamoDB_20120810.BatchExecuteStatement";

/// The most statements of one call (DynamoDB, `BatchExecuteStatement`).
const MAX_STATEMENTS: usize = 25;
/// The most calls at a time.
const CALLS_AT_A_TIME: usize = 10;

/// The results of the marks. The three parts add up to the distinct keys that were passed in.
#[derive(Clone, Debug, Default)]
pub struct MarkReport {
    /// Marked by this call.
    pub marked: usize,
    /// No longer pending: marked before, parked, or expired since.
    pub already: usize,
    /// Left unchanged; the sweeper will find them again.
    pub failed: Vec<(OutboxKey, StoreError)>,
}

/// The results of some marks, and the marks to retry.
type Partly<'a> = (MarkReport, Vec<(&'a OutboxKey, StoreError)>);

/// Why a mark failed, and whether a retry may help.
type Failure = (Fault, StoreError);

/// Marks the events in TripSagaTable. Clones share one client.
#[derive(Clone, Debug)]
pub struct Marks {
    client: Client,
    statement: Statement,
    retention: Duration,
}

impl Marks {
    /// Marks events in `table`, each of which is kept for [`RETENTION`] from then on.
    #[must_use]
    pub fn new(client: Client, table: &str) -> Self {
        Self { client, statement: Statement::on(table), retention: RETENTION }
    }

    /// The same, but each event is kept for `retention`.
    #[must_use]
    pub fn with_retention(self, retention: Duration) -> Self {
        Self { retention, ..self }
    }

    /// Marks pending events as dispatched: they leave the index of open work and get their time to
    /// live. A repeated key counts once.
    pub async fn mark_dispatched<'a>(
        &self,
        keys: impl IntoIterator<Item = &'a OutboxKey>,
        now: Timestamp,
    ) -> MarkReport {
        // A repeated key would fail the whole call.
        let distinct: Vec<_> = keys.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let at = Moment { now, expiry: self.expiry(now) };
        let batches = distinct.chunks(MAX_STATEMENTS);
        let marking: Vec<_> = batches.map(|batch| self.mark_batch(batch.to_vec(), at)).collect();
        let mut marked = stream::iter(marking).buffer_unordered(CALLS_AT_A_TIME);
        let mut report = MarkReport::default();
        while let Some(of_one) = marked.next().await {
            report.add(of_one);
        }
        report
    }

    /// When an event that is dispatched `now` leaves the table, in seconds since the epoch.
    fn expiry(&self, now: Timestamp) -> i64 {
        now.as_seconds().saturating_add_unsigned(self.retention.as_secs())
    }

    /// Marks one batch; retries marks that failed temporarily.
    async fn mark_batch<'a>(&self, keys: Vec<&'a OutboxKey>, at: Moment) -> MarkReport {
        let mut first = Some((MarkReport::default(), keys));
        let mark = |before: Option<Partly<'a>>| {
            let left = before
                .map(|(report, again)| (report, again.into_iter().map(|(key, _)| key).collect()));
            let (report, keys) = left.or_else(|| first.take()).unwrap_or_default();
            self.mark_once(keys, at, report)
        };
        let sleep = self.client.sleep();
        let marked = retrying(sleep, mark, |_| Some(Fault::Throttled)).await;
        marked.unwrap_or_else(|(mut report, given_up)| {
            report.failed.extend(given_up.into_iter().map(|(key, error)| (key.clone(), error)));
            report
        })
    }

    /// One call; adds the results of its marks to the report.
    async fn mark_once<'a>(
        &self,
        keys: Vec<&'a OutboxKey>,
        at: Moment,
        mut report: MarkReport,
    ) -> Result<MarkReport, Partly<'a>> {
        let mut again = Vec::new();
        for (key, mark) in self.marks(keys, at).await {
            match mark {
                Ok(()) => report.marked += 1,
                Err((Fault::ConditionFailed, _)) => report.already += 1,
                Err((fault, error)) if is_passing(fault) => again.push((key, error)),
                Err((_, error)) => report.failed.push((key.clone(), error)),
            }
        }
        if again.is_empty() { Ok(report) } else { Err((report, again)) }
    }

    /// Whether each mark of one call succeeded.
    async fn marks<'a>(
        &self,
        keys: Vec<&'a OutboxKey>,
        at: Moment,
    ) -> Vec<(&'a OutboxKey, Result<(), Failure>)> {
        match self.send(&keys, at).await {
            Ok(outcomes) => {
                keys.into_iter().zip(outcomes.into_iter().chain(repeat_with(unanswered))).collect()
            }
            Err(failure) => keys.into_iter().map(|key| (key, Err(failure.clone()))).collect(),
        }
    }

    /// Sends the marks; the results are in the order of the keys.
    async fn send(
        &self,
        keys: &[&OutboxKey],
        at: Moment,
    ) -> Result<Vec<Result<(), Failure>>, Failure> {
        let unwritten = |error| failure(Fault::Rejected, error);
        let body = self.statement.body(keys, at).map_err(unwritten)?;
        let failed = |error| failure(fault::of_call(&error), error);
        let answers: Answers = self.client.call(TARGET, body).await.map_err(failed)?;
        Ok(answers.responses.into_iter().map(outcome).collect())
    }
}

impl MarkReport {
    fn add(&mut self, other: Self) {
        self.marked += other.marked;
        self.already += other.already;
        self.failed.extend(other.failed);
    }
}

/// Whether the same mark may succeed on a retry: marking twice does no harm.
fn is_passing(fault: Fault) -> bool {
    matches!(fault, Fault::Throttled | Fault::Conflict | Fault::Unavailable | Fault::InProgress)
}

/// The result of one statement.
fn outcome(answer: Response) -> Result<(), Failure> {
    let Some(Refusal { code, message }) = answer.error else {
        return Ok(());
    };
    let message = message.as_deref().unwrap_or("no message");
    Err(failure(fault::of_code(&code), format!("{code}: {message}")))
}

fn unanswered() -> Result<(), Failure> {
    Err(failure(Fault::Unavailable, "a statement went unanswered"))
}

fn failure(fault: Fault, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Failure {
    (fault, StoreError::of_fault(fault, MARKING, cause))
}
