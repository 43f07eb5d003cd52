//! A mutation: a small change that breaks the product, so that a test must fail.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::copy::Copy;
use crate::verdict::Verdict;

/// One place in the code, and its broken form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Mutation {
    /// The file to change, relative to the workspace's root.
    pub(crate) file: String,
    /// The text to replace; it occurs exactly once in the file.
    pub(crate) find: String,
    /// The replacement; it compiles.
    pub(crate) replace: String,
    /// What goes wrong for a traveller, a subscriber or an operator.
    pub(crate) why: String,
}

impl Mutation {
    /// Runs the tests while the copy's file is broken, and prints the result under the title.
    /// Returns whether a test noticed.
    pub(crate) fn is_noticed(&self, copy: &Copy, tests: &mut Command, title: &str) -> Result<bool> {
        let file = copy.root.join(&self.file);
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", self.file))?;
        fs::write(&file, self.apply(&text)?)?;
        let verdict = Verdict::of(tests);
        fs::write(&file, text)?;
        let verdict = verdict?;
        println!("{title}: {verdict}");
        let noticed = matches!(verdict, Verdict::Killed(_));
        if !noticed {
            println!("    {} in {}: {}", self.find, self.file, self.why);
        }
        Ok(noticed)
    }

    /// The file's text with the change made.
    pub(crate) fn apply(&self, text: &str) -> Result<String> {
        let places = text.matches(&self.find).count();
        let Self { file, find, .. } = self;
        ensure!(places == 1, "{find:?} occurs {places} times in {file}, not once");
        Ok(text.replacen(find, &self.replace, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutation(find: &str) -> Mutation {
        let [file, replace, why] = ["trip.rs", "true", "a reason"].map(String::from);
        Mutation { file, find: find.to_owned(), replace, why }
    }

    #[test]
    fn a_mutation_replaces_the_one_place_it_names() {
        assert_eq!(mutation("is_open()").apply("if is_open() {").unwrap(), "if true {");
    }

    #[test]
    fn a_mutation_whose_place_is_gone_or_unclear_is_refused() {
        for text in ["if is_closed() {", "is_open() && is_open()"] {
            assert!(mutation("is_open()").apply(text).is_err(), "{text}");
        }
    }
}
