//! One pattern: parsed, compiled, and asked about events.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::compile::compile;
use crate::event::EventJson;
use crate::invalid::{InvalidPattern, Undecided};
use crate::keys::Keys;
use crate::leaves::Event;
use crate::matcher::Matcher;

/// A checked event pattern. Cloning is cheap.
#[derive(Clone)]
pub struct Pattern {
    text: Arc<str>,
    matcher: Arc<Matcher>,
}

impl Pattern {
    /// Checks a pattern and compiles it.
    ///
    /// # Errors
    /// When EventBridge would refuse it, or when it is one of the few that nobody would want; see
    /// the table in the documentation of this crate. The error names the path and the rule.
    pub fn parse(text: &str) -> Result<Self, InvalidPattern> {
        Ok(Self { text: text.into(), matcher: Arc::new(compile(text)?) })
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the event matches.
    ///
    /// # Errors
    /// As [`Event::of`] and [`Pattern::matches_leaves`].
    pub fn matches(&self, event: &EventJson) -> Result<bool, Undecided> {
        self.matches_leaves(&Event::with_keys(event, self.keys())?)
    }

    /// Whether an event matches whose leaves are collected already: all of them, or those with the
    /// [`Keys`](crate::Keys) of this pattern and of others.
    ///
    /// # Errors
    /// When pattern and event together ask for too much work.
    pub fn matches_leaves(&self, event: &Event<'_>) -> Result<bool, Undecided> {
        self.matcher.matches(event)
    }

    fn keys(&self) -> &Keys {
        &self.matcher.keys
    }
}

impl<'a> FromIterator<&'a Pattern> for Keys {
    fn from_iter<T: IntoIterator<Item = &'a Pattern>>(patterns: T) -> Self {
        Self::union(patterns.into_iter().map(Pattern::keys))
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
