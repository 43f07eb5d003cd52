//! The problems of a definition, collected so that one load reports all of them.

use std::fmt;

/// One problem of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// The path, such as `States.ReserveFlight.Retry[0].JitterStrategy`; empty for the document
    /// itself.
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

/// All problems of a definition; never empty.
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

    /// Adds a problem and returns nothing in place of the value.
    pub(crate) fn refuse<T>(&mut self, at: &str, message: impl Into<String>) -> Option<T> {
        self.add(at, message);
        None
    }

    /// The value, unless there were problems. A reader that returns nothing has added one.
    pub(super) fn settle<T>(self, read: Option<T>) -> Result<T, LoadErrors> {
        match read {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(LoadErrors(self.0)),
        }
    }
}
