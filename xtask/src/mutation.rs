//! A mutation: a small change that breaks the product, so that a test must fail.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

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
    /// Breaks the file in the copy at `root`, does `work`, and restores the file.
    pub(crate) fn during<T>(&self, root: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let file = root.join(&self.file);
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", self.file))?;
        fs::write(&file, self.apply(&text)?)?;
        let done = work();
        fs::write(&file, text)?;
        done
    }

    /// The file's text with the change made.
    pub(crate) fn apply(&self, text: &str) -> Result<String> {
        let places = text.matches(&self.find).count();
        let Self { file, find, .. } = self;
        ensure!(places == 1, "{find:?} occurs {places} times in {file}, not once");
        Ok(text.replacen(find, &self.replace, 1))
    }

    /// The place and the harm, for the person who finds out why no test noticed.
    pub(crate) fn explain(&self) -> String {
        format!("{} in {}: {}", self.find, self.file, self.why)
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
