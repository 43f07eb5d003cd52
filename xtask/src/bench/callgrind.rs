//! Instructions, as callgrind counts them, by function.
//!
//! It emulates a processor without instructions for SHA-256, so those of SHA-256 are kept apart:
//! they would be many times what a real processor needs. For the same reason the C library is told
//! not to copy with `rep movsb`, of which callgrind counts one for each byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::builds::Build;
use crate::{command, workspace};

/// How many passes are counted, less one: a pass warms up.
const PASSES: usize = 3;

/// A threshold that no copy reaches. Source: "Hardware Capability Tunables" in the manual of glibc.
const NO_REP_MOVSB: (&str, &str) =
    ("GLIBC_TUNABLES", "glibc.cpu.x86_rep_movsb_threshold=1000000000");

/// Why nothing is counted where callgrind is missing.
pub(super) const MISSING: &str = "valgrind is not installed: apt-get install valgrind";

/// What a pass over the records costs.
#[derive(Clone, Debug, Default)]
pub(super) struct Instructions {
    by_function: BTreeMap<String, i64>,
}

/// Whether callgrind can be run.
pub(super) fn is_there() -> bool {
    command::works("valgrind", "--version")
}

impl Instructions {
    /// What one pass of the contender costs: the difference between several passes and one, so that
    /// its start does not count.
    pub(super) fn of(build: &Build, contender: &str) -> Result<Self> {
        let (once, often) = (counted(build, contender, 1)?, counted(build, contender, PASSES)?);
        let passes = i64::try_from(PASSES - 1)?;
        let more = |(function, all): (String, i64)| {
            let less = once.get(&function).copied().unwrap_or_default();
            (function, (all - less) / passes)
        };
        Ok(Self { by_function: often.into_iter().map(more).collect() })
    }

    /// Of all functions but SHA-256.
    pub(super) fn without_sha(&self) -> i64 {
        self.sum(|function| !is_sha(function))
    }

    /// The functions but SHA-256, with their own.
    pub(super) fn without_sha_by_function(&self) -> impl Iterator<Item = (&str, i64)> {
        let all = self.by_function.iter().map(|(function, own)| (function.as_str(), *own));
        all.filter(|(function, _)| !is_sha(function))
    }

    /// Of SHA-256, in software.
    pub(super) fn of_sha(&self) -> i64 {
        self.sum(is_sha)
    }

    /// The functions with the most, for people.
    pub(super) fn largest(&self, count: usize) -> Vec<(&str, i64)> {
        let mut all: Vec<_> = self.by_function.iter().map(|(name, own)| (&**name, *own)).collect();
        all.sort_by_key(|(_, own)| -own);
        all.truncate(count);
        all
    }

    fn sum(&self, counts: impl Fn(&str) -> bool) -> i64 {
        let counted = self.by_function.iter().filter(|(function, _)| counts(function));
        counted.map(|(_, own)| own).sum()
    }
}

fn is_sha(function: &str) -> bool {
    let name = function.to_ascii_lowercase();
    name.contains("sha2::") || name.contains("sha256")
}

fn counted(build: &Build, contender: &str, passes: usize) -> Result<BTreeMap<String, i64>> {
    let file = workspace::target_dir()?.join(format!("callgrind.{contender}.{passes}"));
    let mut valgrind = std::process::Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--quiet"]);
    valgrind.arg(format!("--callgrind-out-file={}", file.display()));
    valgrind.env(NO_REP_MOVSB.0, NO_REP_MOVSB.1);
    valgrind.arg(build.program("hot-path")).args(["count", contender, &passes.to_string()]);
    command::run(&mut valgrind)?;
    read(&file)
}

/// The instructions of each function itself, from a file in callgrind's format.
fn read(file: &Path) -> Result<BTreeMap<String, i64>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    Ok(own_costs(&text))
}

/// Source: "Callgrind Format Specification" in the manual of Valgrind.
fn own_costs(text: &str) -> BTreeMap<String, i64> {
    let (mut names, mut costs) = (BTreeMap::<&str, &str>::new(), BTreeMap::<String, i64>::new());
    let (mut current, mut is_call) = ("", false);
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            current = resolved(&mut names, name);
        } else if let Some(name) = line.strip_prefix("cfn=") {
            resolved(&mut names, name);
        } else if line.starts_with("calls=") {
            // The next line is what the callee cost.
            is_call = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
            let cost = line.split(' ').nth(1).and_then(|cost| cost.parse::<i64>().ok());
            if !std::mem::take(&mut is_call) {
                *costs.entry(current.to_owned()).or_default() += cost.unwrap_or_default();
            }
        }
    }
    costs
}

/// A name is written once, behind its number; later it is the number alone.
fn resolved<'a>(names: &mut BTreeMap<&'a str, &'a str>, text: &'a str) -> &'a str {
    match text.split_once(' ') {
        Some((number, name)) => {
            names.insert(number, name);
            name
        }
        None => names.get(text).copied().unwrap_or(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "version: 1\npositions: line\nevents: Ir\n\nfl=(1) a.rs\nfn=(1) main\n0 7\n\
        cfn=(2) sha2::compress\ncalls=3 0\n0 900\n+3 5\n\nfn=(2)\n* 900\n-1 1\n\ntotals: 913\n";

    #[test]
    fn a_function_has_its_own_instructions_and_not_those_of_what_it_calls() {
        let by_function = own_costs(FILE);
        assert_eq!(by_function["main"], 12);
        assert_eq!(by_function["sha2::compress"], 901);
        let counted = Instructions { by_function };
        assert_eq!((counted.without_sha(), counted.of_sha()), (12, 901));
        assert_eq!(counted.largest(1), [("sha2::compress", 901)]);
    }
}
