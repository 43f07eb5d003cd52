//! Texts whose case does not matter.

use crate::invalid::{InvalidPattern, unsupported};

/// The last character that is one of Java's characters. EventBridge takes the others for two, and
/// then for question marks.
const LAST: char = '\u{ffff}';

/// A text as the lower and the upper case of each character, which can differ in length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IgnoringCase(Vec<(String, String)>);

impl IgnoringCase {
    pub(crate) fn of(text: &str) -> Result<Self, InvalidPattern> {
        if let Some(character) = text.chars().find(|&character| character > LAST) {
            return Err(unsupported(format!("equals-ignore-case with the character {character}")));
        }
        let cases = |c: char| (c.to_lowercase().collect(), c.to_uppercase().collect());
        Ok(Self(text.chars().map(cases).collect()))
    }

    pub(crate) fn is(&self, value: &str) -> bool {
        self.after(value) == Some("")
    }

    pub(crate) fn starts(&self, value: &str) -> bool {
        self.after(value).is_some()
    }

    pub(crate) fn ends(&self, value: &str) -> bool {
        let before = self.0.iter().rev().try_fold(value, |rest, (lower, upper)| {
            rest.strip_suffix(lower.as_str()).or_else(|| rest.strip_suffix(upper.as_str()))
        });
        before.is_some()
    }

    /// What follows this text in `value`.
    fn after<'a>(&self, value: &'a str) -> Option<&'a str> {
        self.0.iter().try_fold(value, |rest, (lower, upper)| {
            rest.strip_prefix(lower.as_str()).or_else(|| rest.strip_prefix(upper.as_str()))
        })
    }
}
