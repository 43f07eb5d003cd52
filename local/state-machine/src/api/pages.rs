//! Lists in pages.

use serde::{Deserialize, Serialize};

use super::ExecutionSummary;
use crate::history::HistoryEvent;

/// Step Functions' default and largest number of rows on a page.
const DEFAULT_ROWS: u32 = 100;
const MAX_ROWS: u32 = 1_000;

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Page {
    /// The number of rows: 100 if absent or 0, at most 1,000.
    pub max_results: Option<u32>,
    /// The token from the previous page; absent for the first page.
    pub next_token: Option<String>,
}

impl Page {
    pub(crate) fn rows(&self) -> u32 {
        match self.max_results {
            None | Some(0) => DEFAULT_ROWS,
            Some(rows) => rows.min(MAX_ROWS),
        }
    }
}

/// The order of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
