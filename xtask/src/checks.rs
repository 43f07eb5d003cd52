//! `cargo xtask test`: every check, up to the first that fails, and a summary.

mod beside;
mod browser;
mod clients;
mod contract;
mod interpreter;
mod report;
mod setup;
mod steps;
mod streams;
mod subscribers;
mod system;

use std::env;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use clap::ValueEnum;

use self::beside::Beside;
use self::report::{Outcome, Report};

/// All checks, stage by stage: the first of a stage run beside the second. They compile none of the
/// workspace's crates, for they need none, or what an earlier stage compiled.
const STAGES: [(&[Check], &[Check]); 3] = [
    (
        &[Check::Setup, Check::Asl, Check::Interpreter, Check::Infra],
        &[Check::Fmt, Check::Clippy, Check::Deny, Check::Doc, Check::Build],
    ),
    (
        &[Check::Contract, Check::Clients, Check::Subscribers, Check::Streams, Check::Browser],
        &[Check::Test, Check::Bench],
    ),
    (&[], &[Check::Faults]),
];

/// The checks, in the order in which they run where some are named: those that are cheap or fail
/// often come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Check {
    /// Install what the other checks need: Java, Node.js, DynamoDB Local, npm and Python packages
    Setup,
    /// Formatting, by rustfmt
    Fmt,
    /// Lints, by clippy; warnings fail
    Clippy,
    /// The state machines' shape, by asl-validator
    Asl,
    /// The state machines in a second interpreter, moto's, where Python is installed
    Interpreter,
    /// The infrastructure: its tests, and templates that synthesize without an account
    Infra,
    /// Licences, advisories and sources of the dependencies, by cargo-deny where it is installed
    Deny,
    /// The API documentation; broken links fail
    Doc,
    /// Everything compiled, tests included
    Build,
    /// Unit tests, documentation tests, and the integration tests on DynamoDB Local
    Test,
    /// What the handlers of the stream may allocate and call for each record: the counted goals of
    /// bench/rows.json that need no release build
    Bench,
    /// The OpenAPI and AsyncAPI documents by their linters, and the running API against its
    /// document, by Schemathesis where Python is installed
    Contract,
    /// Clients that generators make of the OpenAPI document, where Python is installed: they book
    /// trips
    Clients,
    /// The subscribers of the events' page, where Python is installed: they read a bus, and a
    /// validator the schemas
    Subscribers,
    /// The kit for replaying streams: its example on DynamoDB Local, and the consumers of the
    /// streams' page under `trip stream replay`, where Python is installed
    Streams,
    /// The console, and what pages of other sites can do to a running system, by Chromium where it
    /// is installed
    Browser,
    /// The fault catalogue on DynamoDB Local; prints a line a fault
    Faults,
}

impl Check {
    fn run(self) -> Result<Outcome> {
        match self {
            Self::Setup => setup::run(),
            Self::Fmt => steps::fmt(),
            Self::Clippy => steps::clippy(),
            Self::Asl => steps::asl(),
            Self::Interpreter => interpreter::run(),
            Self::Infra => steps::infra(),
            Self::Deny => steps::deny(),
            Self::Doc => steps::doc(),
            Self::Build => steps::build(),
            Self::Test => steps::test(),
            Self::Bench => steps::bench(),
            Self::Contract => contract::run(),
            Self::Clients => clients::run(),
            Self::Subscribers => subscribers::run(),
            Self::Streams => streams::run(),
            Self::Browser => browser::run(),
            Self::Faults => steps::faults(),
        }
    }

    /// The name on the command line.
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Runs the named checks in order, or all if none is named, and prints a summary.
///
/// # Errors
/// When a check fails; the later checks do not run.
pub fn run(only: &[Check]) -> Result<()> {
    let mut report = Report::default();
    if only.is_empty() {
        // Asked first: what compiles everything puts another file in this program's place.
        let program = env::current_exe()?;
        for (beside, checks) in STAGES {
            stage(&program, beside, checks, &mut report)?;
        }
    } else {
        let chosen = Check::value_variants().iter().filter(|check| only.contains(check));
        in_turn(chosen, &mut report);
    }
    println!("\n{report}");
    report.verdict()
}

fn stage(program: &Path, beside: &[Check], checks: &[Check], report: &mut Report) -> Result<()> {
    if report.has_failure() {
        in_turn(beside.iter().chain(checks), report);
        return Ok(());
    }
    let names: Vec<_> = beside.iter().map(|check| check.name()).collect();
    let beside = Beside::start(program, &names)?;
    in_turn(checks, report);
    if report.has_failure() {
        return beside.stop();
    }
    beside.end(report)
}

fn in_turn<'a>(checks: impl IntoIterator<Item = &'a Check>, report: &mut Report) {
    for check in checks {
        if report.has_failure() {
            report.add(check.name(), Outcome::NotRun, None);
        } else {
            run_one(*check, report);
        }
    }
}

fn run_one(check: Check, report: &mut Report) {
    println!("\n=== {}", check.name());
    let start = Instant::now();
    let outcome = check.run().unwrap_or_else(Outcome::Failed);
    report.add(check.name(), outcome, Some(start.elapsed()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_is_in_one_stage() {
        let all = STAGES.iter().flat_map(|(beside, checks)| beside.iter().chain(*checks));
        let mut names: Vec<_> = all.map(|check| check.name()).collect();
        names.sort();
        let mut expected: Vec<_> =
            Check::value_variants().iter().map(|check| check.name()).collect();
        expected.sort();
        assert_eq!(names, expected);
    }
}
