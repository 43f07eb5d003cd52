//! Where the instructions of a record go: groups the functions in which callgrind found them, and
//! lets the program `parts` draw them.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::builds::Build;
use super::callgrind::{self, Instructions};
use crate::{command, workspace};

/// The picture, from the workspace's root.
const FILE: &str = "docs/instructions.svg";

/// The parts, by what their functions' names contain. The first that fits counts.
const PARTS: [(&str, &[&str]); 6] = [
    ("memory: malloc and free", &["malloc", "_int_", "free", "realloc", "calloc", "drop"]),
    ("memory: copies", &["memcpy", "memmove", "memset", "memcmp", "bcmp"]),
    (
        "JSON, read",
        &[
            "serde_json::read",
            "serde_json::de",
            "serde_core::de",
            "deserialize",
            "from_utf8",
            "is_contained_in",
            "DeserializeSeed",
            "store::image",
            "from_str",
            "::parse",
        ],
    ),
    ("JSON, written", &["escape", "serde_json::ser", "serde_core::ser", "fmt", "Display", "wire"]),
    (
        "request, signature, answer",
        &["http::", "aws_", "lambda_kit::", "hex::", "hmac", "bytes::", "strtime", "jiff"],
    ),
    ("hash maps", &["hash"]),
];
const OTHER: &str = "the rest";

const PROGRAMS: [(&str, &str); 4] = [
    ("floor", "floor"),
    ("dispatcher", "dispatcher"),
    ("with marks", "dispatcher-with-marks"),
    ("plain Rust", "plain-rust"),
];

pub(super) fn draw(build: &Build) -> Result<()> {
    if !callgrind::is_there() {
        bail!("{}", callgrind::MISSING);
    }
    let bar = |(name, contender): (&str, &str)| {
        Ok(json!({ "name": name, "parts": parts(&Instructions::of(build, contender)?) }))
    };
    let bars: Vec<Value> = PROGRAMS.into_iter().map(bar).collect::<Result<_>>()?;
    let mut parts = command::cargo()?;
    parts.args(["run", "--quiet", "--package", "bench", "--bin", "parts"]);
    let file = workspace::root()?.join(FILE);
    let mut child = parts.arg("--").arg(&file).stdin(Stdio::piped()).spawn()?;
    let mut input = child.stdin.take().context("no way to hand it over")?;
    input.write_all(Value::from(bars).to_string().as_bytes())?;
    drop(input);
    command::succeeded(&parts, child.wait()?)?;
    println!("{}", file.display());
    Ok(())
}

/// Thousands of instructions a record, by part.
fn parts(of: &Instructions) -> BTreeMap<&'static str, f64> {
    let mut parts: BTreeMap<_, f64> = PARTS.iter().map(|(part, _)| (*part, 0.0)).collect();
    parts.insert(OTHER, 0.0);
    for (function, own) in of.without_sha_by_function() {
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let thousands = own as f64 / 1e6;
        *parts.entry(part(function)).or_default() += thousands;
    }
    parts
}

fn part(function: &str) -> &'static str {
    let is = |names: &&[&str]| names.iter().any(|name| function.contains(name));
    PARTS.iter().find(|(_, names)| is(names)).map_or(OTHER, |(part, _)| part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_the_first_part_that_its_name_fits() {
        assert_eq!(part("_int_malloc"), "memory: malloc and free");
        assert_eq!(part("serde_json::read::SliceRead::skip_to_escape"), "JSON, read");
        assert_eq!(part("dispatcher::relay::Relay::deliver::{{closure}}"), OTHER);
    }
}
