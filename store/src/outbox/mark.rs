//! Marks published events, many in one call. A failed mark costs at most a duplicate, so it is
//! reported and never blocks anything.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, BatchStatementRequest, BatchStatementResponse};
use domain::Timestamp;
use futures::{StreamExt, stream};

use super::{Outbox, OutboxKey};
use crate::StoreError;
use crate::backoff::retrying;
use crate::fault::{self, Fault};
use crate::items::{n, s};

const MARKING: &str = "marking events as dispatched";

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

impl Outbox {
    /// Marks pending events as dispatched: they leave the index of open work and get their time to
    /// live. A repeated key counts once.
    pub async fn mark_dispatched<'a>(
        &self,
        keys: impl IntoIterator<Item = &'a OutboxKey>,
        now: Timestamp,
    ) -> MarkReport {
        // A repeated key would fail the whole call.
        let distinct: Vec<_> = keys.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let batches = distinct.chunks(MAX_STATEMENTS);
        let marking: Vec<_> = batches.map(|batch| self.mark_batch(batch.to_vec(), now)).collect();
        let mut marked = stream::iter(marking).buffer_unordered(CALLS_AT_A_TIME);
        let mut report = MarkReport::default();
        while let Some(of_one) = marked.next().await {
            report.add(of_one);
        }
        report
    }

    /// Marks one batch; retries marks that failed temporarily.
    async fn mark_batch<'a>(&self, keys: Vec<&'a OutboxKey>, now: Timestamp) -> MarkReport {
        let mut first = Some((MarkReport::default(), keys));
        let mark = |before: Option<Partly<'a>>| {
            let left = before
                .map(|(report, again)| (report, again.into_iter().map(|(key, _)| key).collect()));
            let (report, keys) = left.or_else(|| first.take()).unwrap_or_default();
            self.mark_once(keys, now, report)
        };
        let marked = retrying(&self.client, mark, |_| Some(Fault::Throttled)).await;
        marked.unwrap_or_else(|(mut report, given_up)| {
            report.failed.extend(given_up.into_iter().map(|(key, error)| (key.clone(), error)));
            report
        })
    }

    /// One call; adds the results of its marks to the report.
    async fn mark_once<'a>(
        &self,
        keys: Vec<&'a OutboxKey>,
        now: Timestamp,
        mut report: MarkReport,
    ) -> Result<MarkReport, Partly<'a>> {
        let mut again = Vec::new();
        for (key, mark) in self.marks(keys, now).await {
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
        now: Timestamp,
    ) -> Vec<(&'a OutboxKey, Result<(), Failure>)> {
        match self.send_marks(&keys, now).await {
            Ok(answers) => {
                let answers = answers.into_iter().map(Some).chain(std::iter::repeat(None));
                keys.into_iter().zip(answers.map(outcome)).collect()
            }
            Err(failure) => keys.into_iter().map(|key| (key, Err(failure.clone()))).collect(),
        }
    }

    /// Sends the marks; the answers are in the order of the keys.
    async fn send_marks(
        &self,
        keys: &[&OutboxKey],
        now: Timestamp,
    ) -> Result<Vec<BatchStatementResponse>, Failure> {
        let statements: Result<Vec<_>, _> = keys.iter().map(|key| self.mark(key, now)).collect();
        let statements = statements.map_err(|error| (Fault::Rejected, error))?;
        let call = self.client.batch_execute_statement().set_statements(Some(statements));
        match call.send().await {
            Ok(answer) => Ok(answer.responses.unwrap_or_default()),
            Err(error) => Err((fault::of(&error), StoreError::during(MARKING)(error))),
        }
    }

    fn mark(&self, key: &OutboxKey, now: Timestamp) -> Result<BatchStatementRequest, StoreError> {
        let (pk, sk) = key.parts();
        BatchStatementRequest::builder()
            .statement(self.mark_statement())
            .set_parameters(Some(self.mark_parameters(pk, sk, now)))
            .build()
            .map_err(StoreError::unbuilt(MARKING))
    }

    fn mark_statement(&self) -> String {
        // `status` is a reserved word of PartiQL, so it is quoted.
        format!(
            "UPDATE \"{}\" SET \"status\"='dispatched' SET dispatched_at=? SET expires_at=? \
             REMOVE GSI1PK REMOVE GSI1SK WHERE PK=? AND SK=? AND \"status\"='pending'",
            self.table
        )
    }

    fn mark_parameters(&self, pk: String, sk: String, now: Timestamp) -> Vec<AttributeValue> {
        vec![s(now.to_string()), n(self.expiry(now)), s(pk), s(sk)]
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

/// The result of one statement; a missing answer is a failure.
fn outcome(answer: Option<BatchStatementResponse>) -> Result<(), Failure> {
    let Some(answer) = answer else {
        let error =
            StoreError::of_fault(Fault::Unavailable, MARKING, "a statement went unanswered");
        return Err((Fault::Unavailable, error));
    };
    let Some(error) = answer.error else {
        return Ok(());
    };
    let code = error.code.as_ref().map_or("", |code| code.as_str());
    let fault = fault::of_code(code);
    let cause = format!("{code}: {}", error.message.as_deref().unwrap_or("no message"));
    Err((fault, StoreError::of_fault(fault, MARKING, cause)))
}
