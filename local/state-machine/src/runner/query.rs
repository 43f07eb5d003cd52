//! `DescribeExecution`, `ListExecutions`, `GetExecutionHistory`, and waiting for an end.

use jiff::Timestamp;

use super::tokens::List;
use super::{Runner, core::Core, redrivable};
use crate::api::{
    ApiError, Description, ExecutionPage, ExecutionSummary, Filter, HistoryOrder, HistoryPage,
    Included, Page, RedriveStatus, Status,
};
use crate::journal::{Execution, HistoryQuery, ListQuery};

impl Runner {
    /// Everything about one execution.
    ///
    /// # Errors
    /// When there is no such execution, or the journal fails.
    pub async fn describe(&self, arn: &str) -> Result<Description, ApiError> {
        Ok(self.core.describe(self.core.execution_of(arn).await?))
    }

    /// Waits until an execution has ended, and describes it.
    ///
    /// # Errors
    /// As [`Runner::describe`]; also when the runner shuts down first.
    pub async fn wait(&self, arn: &str) -> Result<Description, ApiError> {
        loop {
            let mut end = self.core.live.end_of(arn);
            let described = self.describe(arn).await;
            if !matches!(&described, Ok(description) if description.summary.status == Status::Running)
            {
                self.core.live.announce(arn);
                return described;
            }
            tokio::select! {
                () = self.core.closing.cancelled() => return Err(ApiError::ShuttingDown),
                // The channel carries no values: only its closing matters.
                _ = end.changed() => {}
            }
        }
    }

    /// The executions of one machine (name or ARN) that `filter` allows, newest first.
    ///
    /// # Errors
    /// When there is no such machine, the page token is not one of this list, or the journal fails.
    pub async fn list(
        &self,
        machine: &str,
        filter: Filter,
        page: &Page,
    ) -> Result<ExecutionPage, ApiError> {
        let machine_arn = self.core.machine(machine)?.arn.clone();
        let list = List::of(&("executions", &machine_arn, &filter));
        let after = page.next_token.as_deref().map(|token| list.read(token)).transpose()?;
        let after = after.map(read_place).transpose()?;
        let rows = page.rows();
        let found = self
            .core
            .journal
            .list(ListQuery { machine_arn, filter, after, rows: rows + 1 })
            .await?;
        let (found, more) = cut(found, rows);
        let next_token = found.last().filter(|_| more).map(|last| list.token(&place(last)));
        Ok(ExecutionPage { executions: found.into_iter().map(summary).collect(), next_token })
    }

    /// The events of one execution.
    ///
    /// # Errors
    /// When there is no such execution, the page token is not one of this list, or the journal
    /// fails.
    pub async fn history(
        &self,
        arn: &str,
        order: HistoryOrder,
        page: &Page,
    ) -> Result<HistoryPage, ApiError> {
        self.core.execution_of(arn).await?;
        let list = List::of(&("history", arn, order));
        let after = page.next_token.as_deref().map(|token| list.read(token)).transpose()?;
        let after = after.map(str::parse).transpose().map_err(|_| ApiError::InvalidToken)?;
        let rows = page.rows();
        let query = HistoryQuery { arn: arn.to_owned(), order, after, rows: rows + 1 };
        let (events, more) = cut(self.core.journal.history(query).await?, rows);
        let next_token =
            events.last().filter(|_| more).map(|event| list.token(&event.id.to_string()));
        Ok(HistoryPage { events, next_token })
    }
}

impl Core {
    pub(super) fn describe(&self, execution: Execution) -> Description {
        let machine = self.machine(&execution.machine_arn).ok();
        let redrive = redrivable::check(&execution, machine.as_deref(), self.now());
        description(execution, redrive.err())
    }
}

/// One row more than the page size, to see whether there is a next page.
fn cut<T>(mut found: Vec<T>, rows: u32) -> (Vec<T>, bool) {
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let more = found.len() > rows;
    found.truncate(rows);
    (found, more)
}

/// The position of a row in the order of the list.
fn place(last: &Execution) -> String {
    format!("{}/{}", last.started.as_millisecond(), last.arn)
}

fn read_place(place: &str) -> Result<(Timestamp, String), ApiError> {
    let (started, arn) = place.split_once('/').ok_or(ApiError::InvalidToken)?;
    let millis = started.parse().map_err(|_| ApiError::InvalidToken)?;
    let started = Timestamp::from_millisecond(millis).map_err(|_| ApiError::InvalidToken)?;
    Ok((started, arn.to_owned()))
}

fn summary(execution: Execution) -> ExecutionSummary {
    ExecutionSummary {
        execution_arn: execution.arn,
        state_machine_arn: execution.machine_arn,
        name: execution.name,
        status: execution.status,
        start_date: execution.started,
        stop_date: execution.stopped,
        redrive_count: execution.redrive_count,
        redrive_date: execution.redriven,
    }
}

fn description(mut execution: Execution, not_redrivable: Option<&'static str>) -> Description {
    let output = execution.output.take();
    Description {
        input: Some(std::mem::take(&mut execution.input)),
        input_details: Included::WHOLE,
        output_details: output.as_ref().map(|_| Included::WHOLE),
        output,
        trace_header: execution.trace_header.take(),
        error: execution.error.take(),
        cause: execution.cause.take(),
        redrive_status: not_redrivable
            .map_or(RedriveStatus::Redrivable, |_| RedriveStatus::NotRedrivable),
        redrive_status_reason: not_redrivable,
        summary: summary(execution),
    }
}
