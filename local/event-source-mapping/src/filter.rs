//! Filter criteria: which records a mapping hands to its function.

use quamina::{Quamina, QuaminaError};
use serde_json::Value;

use crate::pattern::{self, Fault};

/// Lambda's limit of filters for one mapping, at its highest quota.
const MAX_FILTERS: usize = 10;

/// Compiled filter patterns, as alternatives. Without patterns every record matches.
///
/// A pattern is one of Lambda's event filter patterns over the whole record, such as
/// `{"eventName": ["INSERT"], "dynamodb": {"Keys": {"SK": {"S": [{"prefix": "OUTBOX#"}]}}}}`. DynamoDB's
/// numbers are text in a record, so `numeric` never matches one, here as on Lambda.
pub struct Filters {
    patterns: Quamina<usize>,
}

/// A filter that Lambda refuses, or that cannot be matched here.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// More than Lambda takes.
    #[error("a mapping has at most {MAX_FILTERS} filters, not {0}")]
    TooMany(usize),
    /// The pattern is not of the form that Lambda and this runtime take.
    #[error("filter {filter}, at {path}: {problem}")]
    Pattern {
        /// Which filter, counted from 0.
        filter: usize,
        /// Where in the pattern.
        path: String,
        /// What is wrong there.
        problem: String,
    },
    /// An operator's operand is wrong.
    #[error("filter {filter} cannot be matched")]
    Operand {
        /// Which filter, counted from 0.
        filter: usize,
        /// What is wrong with it.
        source: QuaminaError,
    },
}

impl Filters {
    /// Compiles filter patterns.
    ///
    /// # Errors
    /// When a pattern is refused by Lambda, or is one that cannot be matched here: `$or`, names with a dot,
    /// and `anything-but` with an operator in it.
    pub fn compile(patterns: &[Value]) -> Result<Self, FilterError> {
        if patterns.len() > MAX_FILTERS {
            return Err(FilterError::TooMany(patterns.len()));
        }
        let mut compiled = Quamina::new();
        for (filter, pattern) in patterns.iter().enumerate() {
            pattern::check(pattern).map_err(|Fault { path, problem }| FilterError::Pattern {
                filter,
                path,
                problem,
            })?;
            compiled
                .add_pattern(filter, &pattern.to_string())
                .map_err(|source| FilterError::Operand { filter, source })?;
        }
        Ok(Self { patterns: compiled })
    }

    /// Whether a record, as JSON, is handed to the function.
    ///
    /// # Errors
    /// When `record` is not a JSON object.
    pub fn matches(&self, record: &[u8]) -> Result<bool, QuaminaError> {
        if self.patterns.is_empty() {
            return Ok(true);
        }
        self.patterns.has_matches(record)
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
