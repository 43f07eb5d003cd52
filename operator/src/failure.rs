//! Errors that a caller tells apart.

use std::error::Error;
use std::fmt::Display;

/// What was asked for does not exist.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct NotFound {
    what: String,
    advice: Vec<String>,
}

/// What was asked for cannot be done, with what to do in its place.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Refusal {
    what: String,
    advice: Vec<String>,
}

/// Nobody answers where a local installation should be.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to {url}: {cause}")]
pub struct Unreachable {
    /// Which service was called.
    pub service: Service,
    /// The service's URL.
    pub url: String,
    /// The operating system's message.
    pub cause: String,
}

/// The services of a local installation, as far as they have addresses of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// DynamoDB, with its streams.
    Tables,
    /// All other services of AWS.
    Aws,
}

impl NotFound {
    /// What does not exist, and the commands that may help, one each.
    pub fn new(what: impl Into<String>, advice: impl IntoIterator<Item = String>) -> Self {
        Self { what: what.into(), advice: advice.into_iter().collect() }
    }

    /// Neither table has the trip.
    pub fn trip(trip: impl Display) -> Self {
        Self::new(format!("neither the write table nor the view knows a trip {trip}"), [])
    }

    /// What to do next, one line each.
    #[must_use]
    pub fn advice(&self) -> &[String] {
        &self.advice
    }
}

impl Refusal {
    /// Why it cannot be done, and the commands to type in its place.
    pub fn new(what: impl Into<String>, advice: impl IntoIterator<Item = String>) -> Self {
        Self { what: what.into(), advice: advice.into_iter().collect() }
    }

    /// What to do next, one line each.
    #[must_use]
    pub fn advice(&self) -> &[String] {
        &self.advice
    }
}

/// The innermost cause of an error: the outer ones repeat what was called and say little more.
#[must_use]
pub fn root(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
