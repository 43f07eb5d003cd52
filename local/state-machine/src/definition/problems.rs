//! What a definition is refused for, gathered so that one load names everything.

use std::fmt;

/// One thing a definition is refused for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// Where, as in `States.ReserveFlight.Retry[0].JitterStrategy`; empty for the document itself.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

/// Everything a definition is refused for; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadErrors(pub Vec<LoadError>);

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(LoadError::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for LoadErrors {}

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<LoadError>);

impl Problems {
    pub(crate) fn add(&mut self, at: &str, message: impl Into<String>) {
        self.0.push(LoadError { path: at.to_owned(), message: message.into() });
    }

    /// Adds a problem in the place of a value that could not be read.
    pub(crate) fn refuse<T>(&mut self, at: &str, message: impl Into<String>) -> Option<T> {
        self.add(at, message);
        None
    }

    /// What was read, unless there were problems. A reader that returns nothing has said why.
    pub(super) fn settle<T>(self, read: Option<T>) -> Result<T, LoadErrors> {
        match read {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(LoadErrors(self.0)),
        }
    }
}
