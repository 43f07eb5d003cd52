//! The list of guards: rules, and how to break each.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::mutation::Mutation;

/// A rule of the domain, and the change that breaks it.
#[derive(Debug, Deserialize)]
pub(super) struct Guard {
    /// The rule in a few words.
    pub(super) name: String,
    /// A change inside `domain/`.
    #[serde(flatten)]
    pub(super) mutation: Mutation,
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

    #[test]
    fn every_listed_guard_fits_the_code() {
        let root = workspace::root().unwrap();
        for guard in read(&root).unwrap() {
            assert!(guard.mutation.file.starts_with("domain/"), "{guard:?}");
            let text = fs::read_to_string(root.join(&guard.mutation.file)).unwrap();
            assert_ne!(guard.mutation.apply(&text).unwrap(), text);
        }
    }
}
