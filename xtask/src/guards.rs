//! `cargo xtask guards`: breaks the domain's rules one by one, to show that a test guards each.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::copy::Copy;
use crate::mutation::Mutation;
use crate::verdict::Verdict;
use crate::workspace;

/// A rule of the domain, and the change that breaks it.
#[derive(Debug, Deserialize)]
struct Guard {
    /// The rule in a few words.
    name: String,
    /// A change inside `domain/`.
    #[serde(flatten)]
    mutation: Mutation,
}

/// Applies each guard whose name contains `filter` and prints which tests noticed.
///
/// # Errors
/// When a rule can be broken unnoticed, when a guard no longer fits the code, or when the
/// domain's tests fail without any change.
pub fn run(filter: &str) -> Result<()> {
    let root = workspace::root()?;
    let mut guards = read(&root)?;
    guards.retain(|guard| guard.name.contains(filter));
    ensure!(!guards.is_empty(), "xtask/guards.json has no guard named {filter:?}");

    let copy = Copy::update(&root)?;
    let mut tests = copy.tests()?;
    tests.args(["--package", "domain"]);
    println!("Testing the domain as it is ...");
    let untouched = Verdict::of(&mut tests)?;
    ensure!(untouched == Verdict::Survived, "the domain is broken before any change: {untouched}");

    let mut unnoticed = 0;
    for Guard { name, mutation } in &guards {
        unnoticed += usize::from(!mutation.is_noticed(&copy, &mut tests, name)?);
    }
    ensure!(unnoticed == 0, "{unnoticed} of {} guards did not hold", guards.len());
    println!("Every guard holds ({}).", guards.len());
    Ok(())
}

/// Reads `xtask/guards.json`.
fn read(root: &Path) -> Result<Vec<Guard>> {
    let file = root.join("xtask/guards.json");
    let text =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("cannot understand {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
