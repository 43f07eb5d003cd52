//! Lists in pages.

use serde::{Deserialize, Serialize};

use super::ExecutionSummary;
use crate::history::HistoryEvent;

/// Step Functions' default number of rows on a page.
const DEFAULT_ROWS: u32 = 100;

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Page {
    /// The number of rows: 100 if absent or 0, else at most 1,000.
    pub max_results: Option<u32>,
    /// The token from the previous page; absent for the first page.
    pub next_token: Option<String>,
}

impl Page {
    /// The largest number of rows that may be asked for.
    pub const MAX_ROWS: u32 = 1_000;

    pub(crate) fn rows(&self) -> u32 {
        match self.max_results {
            None | Some(0) => DEFAULT_ROWS,
            Some(rows) => rows.min(Self::MAX_ROWS),
        }
    }
}

/// The order of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HistoryOrder {
    /// Oldest event first.
    #[default]
    OldestFirst,
    /// `reverseOrder` on the wire.
    NewestFirst,
}

/// A page of executions, newest first: the answer of `ListExecutions`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionPage {
    /// The executions on this page.
    pub executions: Vec<ExecutionSummary>,
    /// The token of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A page of a history: the answer of `GetExecutionHistory`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage {
    /// The events on this page.
    pub events: Vec<HistoryEvent>,
    /// The token of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl HistoryPage {
    /// The same without what the execution works on: `includeExecutionData` is false.
    #[must_use]
    pub fn without_data(mut self) -> Self {
        self.events.iter_mut().for_each(HistoryEvent::forget_data);
        self
    }
}
