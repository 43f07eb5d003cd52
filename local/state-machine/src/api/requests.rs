//! What calls may say beside the execution or machine they are about.

use super::Status;

/// Which executions a list shows: all that every given member allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Filter {
    /// Those with this status.
    pub status: Option<Status>,
    /// Those that were redriven at least once, or those that never were.
    pub redriven: Option<bool>,
}

impl Filter {
    /// Those with this status.
    #[must_use]
    pub fn of(status: Status) -> Self {
        Self { status: Some(status), redriven: None }
    }
}

/// Why an execution is stopped, in the words of who stops it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stop {
    /// The name of an error.
    pub error: Option<String>,
    /// More about it.
    pub cause: Option<String>,
}
