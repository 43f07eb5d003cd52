//! The mutations that show that the catalogue's tests can fail: `xtask/mutations/*.json`.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::mutation::Mutation;

/// A change that breaks what a row of the catalogue claims.
#[derive(Debug, Deserialize)]
pub(super) struct Mutant {
    /// The row that must fail.
    pub(super) fault: u8,
    #[serde(flatten)]
    pub(super) mutation: Mutation,
}

/// Which mutations to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// All mutations.
    All,
    /// Those of one row.
    Row(u8),
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Self::All),
            number => {
                number.parse().map(Self::Row).map_err(|_| "a row's number, or all".to_owned())
            }
        }
    }
}

/// The chosen mutations, in the order of their rows.
pub(super) fn chosen(root: &Path, choice: &[Choice]) -> Result<Vec<Mutant>> {
    let mut mutants = read(root)?;
    mutants.retain(|mutant| {
        choice.contains(&Choice::All) || choice.contains(&Choice::Row(mutant.fault))
    });
    mutants.sort_by_key(|mutant| mutant.fault);
    ensure!(!mutants.is_empty(), "xtask/mutations has none for {choice:?}");
    Ok(mutants)
}

fn read(root: &Path) -> Result<Vec<Mutant>> {
    let mut mutants = Vec::new();
    for file in fs::read_dir(root.join("xtask/mutations"))? {
        let file = file?.path();
        let understood = || format!("cannot understand {}", file.display());
        let listed: Vec<Mutant> =
            serde_json::from_slice(&fs::read(&file)?).with_context(understood)?;
        mutants.extend(listed);
    }
    Ok(mutants)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn every_mutation_fits_the_code_and_changes_the_product_not_its_tests() {
        let root = workspace::root().unwrap();
        for Mutant { mutation, .. } in read(&root).unwrap() {
            assert!(!mutation.file.contains("tests/"), "{}", mutation.file);
            let text = fs::read_to_string(root.join(&mutation.file)).unwrap();
            assert_ne!(mutation.apply(&text).unwrap(), text);
        }
    }

    #[test]
    fn a_choice_is_a_number_or_all() {
        assert_eq!("17".parse(), Ok(Choice::Row(17)));
        assert_eq!("all".parse(), Ok(Choice::All));
        assert!("every".parse::<Choice>().is_err());
    }
}
