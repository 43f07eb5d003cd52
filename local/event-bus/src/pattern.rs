//! Event patterns: checked as EventBridge checks them, matched by `quamina`.
//!
//! `quamina` is laxer than EventBridge in what it takes for a pattern, and decides a few forms
//! differently. So nothing reaches it unchecked: a pattern becomes plain alternatives that it
//! decides as EventBridge does, or it is refused.

mod alternatives;
mod anything_but;
mod cidr;
mod expression;
mod library;
mod matcher;
mod numeric;
mod tree;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use self::matcher::Matcher;
use crate::event::EventJson;

pub use self::library::{Compiled, Library, QuaminaLibrary};

/// A checked event pattern. Cloning is cheap.
///
/// # Forms
///
/// Exact values, `exactly`, `prefix`, `suffix`, `wildcard`, `equals-ignore-case`, `anything-but`
/// with values, `numeric`, `cidr` on IPv4, `exists`, and `$or` with up to 1,000 combinations.
///
/// Valid on EventBridge, refused here because the matcher would decide them wrongly:
///
/// - `prefix` and `suffix` with `equals-ignore-case`, `anything-but` with an operator;
/// - `cidr` on IPv6, or on an address with bits beyond the mask;
/// - keys that are empty or contain a dot or a line break;
/// - whole numbers too large for a double, and the same path given more than once.
#[derive(Clone)]
pub struct Pattern {
    text: Arc<str>,
    matcher: Arc<Matcher>,
}

/// A text is no event pattern for this bus.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPattern {
    /// EventBridge refuses it, too.
    #[error("Event pattern is not valid. Reason: {0}")]
    Refused(String),
    /// EventBridge accepts it, but this bus could not tell which events match.
    #[error(
        "Event pattern is not valid. Reason: {0}: valid on EventBridge, not supported by the local bus"
    )]
    Unsupported(String),
}

/// It cannot be told whether an event matches: it is no JSON object, or the matcher failed.
#[derive(Debug, thiserror::Error)]
#[error("it cannot be told whether the event matches: {0}")]
pub struct Undecided(String);

impl Pattern {
    /// Checks a pattern and compiles it.
    ///
    /// # Errors
    /// When EventBridge would refuse it, or when this bus cannot match it as EventBridge does.
    pub fn parse(text: &str) -> Result<Self, InvalidPattern> {
        Self::compiled_by(&QuaminaLibrary, text)
    }

    /// Checks a pattern, compiles it with another library, and tries it on a sample.
    ///
    /// # Errors
    /// As [`Pattern::parse`]; also where the library panics.
    pub fn compiled_by(library: &dyn Library, text: &str) -> Result<Self, InvalidPattern> {
        let matcher = Matcher::of(library, tree::alternatives(text)?)?;
        Ok(Self { text: text.into(), matcher: Arc::new(matcher) })
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the event matches.
    ///
    /// # Errors
    /// When the event is not a JSON object, or the matcher fails on it.
    pub fn matches(&self, event: &EventJson) -> Result<bool, Undecided> {
        self.matcher.matches(event)
    }
}

impl FromStr for Pattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}

fn refused(reason: impl Into<String>) -> InvalidPattern {
    InvalidPattern::Refused(reason.into())
}

fn unsupported(form: impl Into<String>) -> InvalidPattern {
    InvalidPattern::Unsupported(form.into())
}
