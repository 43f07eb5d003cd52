//! The list of guards: which rule is broken how.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// A rule of the domain, and the change that breaks it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Guard {
    /// The rule in a few words.
    pub(super) name: String,
    /// The file to change, relative to the workspace's root and inside `domain/`.
    pub(super) file: String,
    /// The text to replace; it occurs exactly once in the file.
    pub(super) find: String,
    /// What stands there instead; it compiles.
    pub(super) replace: String,
    /// What goes wrong for a traveller or an operator without the rule.
    pub(super) why: String,
}

impl Guard {
    /// The file's text with the rule broken.
    pub(super) fn apply(&self, text: &str) -> Result<String> {
        let places = text.matches(&self.find).count();
        let Self { name, file, find, .. } = self;
        ensure!(places == 1, "guard {name:?}: {find:?} occurs {places} times in {file}, not once");
        Ok(text.replacen(find, &self.replace, 1))
    }
}

/// Reads `xtask/guards.json`.
pub(super) fn read(root: &Path) -> Result<Vec<Guard>> {
    let file = root.join("xtask/guards.json");
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("cannot understand {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    fn guard(find: &str) -> Guard {
        let [name, file, replace, why] =
            ["a rule", "domain/src/trip.rs", "true", "a reason"].map(String::from);
        Guard { name, file, find: find.to_owned(), replace, why }
    }

    #[test]
    fn a_guard_replaces_the_one_place_it_names() {
        assert_eq!(guard("is_open()").apply("if is_open() {").unwrap(), "if true {");
    }

    #[test]
    fn a_guard_whose_place_is_gone_or_unclear_is_refused() {
        for text in ["if is_closed() {", "is_open() && is_open()"] {
            assert!(guard("is_open()").apply(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_listed_guard_fits_the_code() {
        let root = workspace::root().unwrap();
        for guard in read(&root).unwrap() {
            assert!(guard.file.starts_with("domain/"), "{guard:?}");
            let text = fs::read_to_string(root.join(&guard.file)).unwrap();
            assert_ne!(guard.apply(&text).unwrap(), text);
        }
    }
}
