//! The operator `wildcard`: a text in which `*` stands for any characters.

use crate::invalid::{InvalidPattern, refused};

/// A text in quotes with wildcards, as the texts between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wildcard {
    first: String,
    /// Each comes after a wildcard.
    rest: Vec<String>,
}

impl Wildcard {
    /// Reads a pattern in which `\` stands before a `*` or `\` that is meant as such. Positions in
    /// the refusals are EventBridge's: bytes, with the opening quote at 0.
    pub(crate) fn parse(pattern: &str) -> Result<Self, InvalidPattern> {
        let mut wildcard = Self::default();
        wildcard.push('"');
        let mut characters = pattern.char_indices().map(|(at, c)| (at + 1, c)).peekable();
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map(|&(_, character)| character);
            match (character, next) {
                ('*', Some('*')) => {
                    return Err(refused(format!("Consecutive wildcard characters at pos {at}")));
                }
                ('*', _) => wildcard.rest.push(String::new()),
                ('\\', Some(escaped @ ('*' | '\\'))) => {
                    characters.next();
                    wildcard.push(escaped);
                }
                ('\\', _) => {
                    return Err(refused(format!("Invalid escape character at pos {at}")));
                }
                _ => wildcard.push(character),
            }
        }
        wildcard.push('"');
        Ok(wildcard)
    }

    fn push(&mut self, character: char) {
        self.rest.last_mut().unwrap_or(&mut self.first).push(character);
    }

    /// Whether the value, a text in quotes, matches. Each text is looked for once, from where the
    /// one before it was first found, so the work does not grow with the number of ways to match.
    pub(crate) fn matches(&self, value: &str) -> bool {
        let Some((last, between)) = self.rest.split_last() else { return value == self.first };
        let value = value.strip_prefix(self.first.as_str());
        let Some(mut value) = value.and_then(|value| value.strip_suffix(last.as_str())) else {
            return false;
        };
        between.iter().all(|text| match value.split_once(text.as_str()) {
            Some((_, after)) => {
                value = after;
                true
            }
            None => false,
        })
    }
}
