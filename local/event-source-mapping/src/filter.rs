//! Filter criteria: which records a mapping hands to its function.

use std::error::Error;

use event_pattern::{EventJson, InvalidPattern, Pattern};
use serde::Serialize;
use serde_json::Value;

use crate::operators::{Foreign, foreign, odd_name};

/// Lambda's limit of filters for one mapping: 5, and 10 on request.
const MAX_FILTERS: usize = 10;
/// Lambda's limit of a pattern, in characters.
const MAX_LENGTH: usize = 4096;

/// Compiled filter patterns, as alternatives. Without patterns every record matches.
///
/// A pattern is one of Lambda's event filter patterns over the whole record, such as `{"eventName":
/// ["INSERT"], "dynamodb": {"Keys": {"SK": {"S": [{"prefix": "OUTBOX#"}]}}}}`. Lambda's rules are a
/// subset of EventBridge's, so the bus's patterns decide them. A number in a record is text, so
/// `numeric` never matches one, here or on Lambda.
pub struct Filters(Vec<Pattern>);

/// A filter that Lambda refuses, or that cannot be matched here. Filters are counted from 0.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// There are more filters than Lambda allows.
    #[error("a mapping has at most {MAX_FILTERS} filters, not {0}")]
    TooMany(usize),
    /// The filter is longer than Lambda allows.
    #[error("filter {filter} has {characters} characters; {MAX_LENGTH} is the most")]
    TooLong {
        /// Which filter.
        filter: usize,
        /// How long it is, written without white space.
        characters: usize,
    },
    /// An operator that only EventBridge has.
    #[error("filter {filter}, at {path}: Lambda's filters have no operator {operator}")]
    Operator {
        /// Which filter.
        filter: usize,
        /// Where in the filter.
        path: String,
        /// Its name.
        operator: String,
    },
    /// Lambda refuses it.
    #[error("filter {filter} is not a pattern: {reason}")]
    Refused {
        /// Which filter.
        filter: usize,
        /// What is wrong, and where.
        reason: String,
    },
    /// The syntax is valid, but it is not known how Lambda decides it: a name with a dot, for
    /// instance.
    #[error("filter {filter} cannot be matched here: {form}")]
    Unsupported {
        /// Which filter.
        filter: usize,
        /// What cannot be matched, and where.
        form: String,
    },
}

/// Why a record could not be matched.
pub type Unjudged = Box<dyn Error + Send + Sync>;

impl Filters {
    /// Compiles filter patterns.
    ///
    /// # Errors
    /// When Lambda refuses a pattern, or it cannot be matched here as on Lambda.
    pub fn compile(patterns: &[Value]) -> Result<Self, FilterError> {
        if patterns.len() > MAX_FILTERS {
            return Err(FilterError::TooMany(patterns.len()));
        }
        let patterns = patterns.iter().enumerate();
        patterns
            .map(|(filter, pattern)| compile(filter, pattern))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// How long a record is as JSON, in bytes, and whether it is handed to the function.
    ///
    /// # Errors
    /// When `record` is not a JSON object.
    pub fn judge(&self, record: &(impl Serialize + ?Sized)) -> Result<(usize, bool), Unjudged> {
        let record = EventJson::of(&record)?;
        let bytes = record.as_str().len();
        for pattern in &self.0 {
            if pattern.matches(&record)? {
                return Ok((bytes, true));
            }
        }
        Ok((bytes, self.0.is_empty()))
    }
}

fn compile(filter: usize, pattern: &Value) -> Result<Pattern, FilterError> {
    let text = pattern.to_string();
    let characters = text.chars().count();
    if characters > MAX_LENGTH {
        return Err(FilterError::TooLong { filter, characters });
    }
    if let Some(Foreign { path, operator }) = foreign(pattern) {
        return Err(FilterError::Operator { filter, path, operator });
    }
    if let Some(name) = odd_name(pattern) {
        return Err(FilterError::Unsupported { filter, form: format!("the name {name:?}") });
    }
    Pattern::parse(&text).map_err(|error| match error {
        InvalidPattern::Refused(reason) => FilterError::Refused { filter, reason },
        InvalidPattern::Unsupported(form) => FilterError::Unsupported { filter, form },
    })
}

#[cfg(test)]
mod tests;
