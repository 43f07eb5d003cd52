//! One pattern: parsed, compiled, and asked about events.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::event::EventJson;
use crate::invalid::{InvalidPattern, Undecided};
use crate::library::{Library, QuaminaLibrary};
use crate::matcher::Matcher;
use crate::tree;

/// A checked event pattern. Cloning is cheap.
///
/// # Forms
///
/// Exact values, `exactly`, `prefix`, `suffix`, `wildcard`, `equals-ignore-case`, `anything-but`
/// with values, `numeric`, `cidr` on IPv4, `exists`, and `$or` with up to 1,000 combinations.
///
/// Valid on EventBridge, but refused here because the matcher would decide them wrongly:
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
