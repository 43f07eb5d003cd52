//! Errors that a caller tells apart by the exit code.

use std::fmt::Display;

/// The exit code of a command whose subject does not exist.
pub(crate) const NOT_FOUND: u8 = 3;

/// What was asked for does not exist.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(crate) struct NotFound {
    what: String,
    advice: Vec<String>,
}

/// A command that cannot do what it was asked for, with what to do in its place.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(crate) struct Refusal {
    what: String,
    advice: Vec<String>,
}

impl NotFound {
    pub(crate) fn new(what: impl Into<String>, advice: impl IntoIterator<Item = String>) -> Self {
        Self { what: what.into(), advice: advice.into_iter().collect() }
    }

    /// Neither table has the trip.
    pub(crate) fn trip(trip: impl Display) -> Self {
        Self::new(format!("neither the write table nor the view knows a trip {trip}"), [])
    }

    pub(crate) fn advice(&self) -> &[String] {
        &self.advice
    }
}

impl Refusal {
    pub(crate) fn new(what: impl Into<String>, advice: impl IntoIterator<Item = String>) -> Self {
        Self { what: what.into(), advice: advice.into_iter().collect() }
    }

    pub(crate) fn advice(&self) -> &[String] {
        &self.advice
    }
}
