//! The summary of a run: one line per check.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use anyhow::{Error, Result, bail};

/// How a check ended.
#[derive(Debug)]
pub(super) enum Outcome {
    Passed,
    /// Not possible on this machine, for this reason.
    Skipped(Cow<'static, str>),
    Failed(Error),
    /// An earlier check failed.
    NotRun,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("ok"),
            Self::Skipped(reason) => write!(f, "skipped: {reason}"),
            Self::Failed(error) => write!(f, "FAILED: {error:#}"),
            Self::NotRun => f.write_str("not run"),
        }
    }
}

/// The first line of a report.
const HEADER: &str = "check        seconds  result";

/// The outcomes in the order of the run.
#[derive(Default)]
pub(super) struct Report(Vec<Row>);

struct Row {
    check: String,
    outcome: Outcome,
    took: Option<Duration>,
}

impl Row {
    /// Reads a line of a printed report.
    fn read(line: &str) -> Option<Self> {
        let (check, rest) = line.split_once(' ')?;
        let (seconds, told) = rest.trim_start().split_once("  ")?;
        let outcome = match (told, told.split_once(": ")) {
            ("ok", _) => Outcome::Passed,
            ("not run", _) => Outcome::NotRun,
            (_, Some(("skipped", reason))) => Outcome::Skipped(reason.to_owned().into()),
            (_, Some(("FAILED", error))) => Outcome::Failed(Error::msg(error.to_owned())),
            _ => return None,
        };
        let took = seconds.parse().ok().map(Duration::from_secs);
        Some(Self { check: check.to_owned(), outcome, took })
    }
}

impl Report {
    /// The report at the end of what checks in another process printed.
    pub(super) fn read(printed: &str) -> Option<Self> {
        let (_, rows) = printed.rsplit_once(HEADER)?;
        Some(Self(rows.lines().filter_map(Row::read).collect()))
    }

    /// Adds the rows of another report.
    pub(super) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Adds the check with that name.
    pub(super) fn add(&mut self, check: String, outcome: Outcome, took: Option<Duration>) {
        self.0.push(Row { check, outcome, took });
    }

    pub(super) fn has_failure(&self) -> bool {
        self.failures().next().is_some()
    }

    /// An error that names the check that failed.
    pub(super) fn verdict(&self) -> Result<()> {
        if let Some(row) = self.failures().next() {
            let name = &row.check;
            bail!("{name} failed; run it again with `cargo xtask test {name}`");
        }
        Ok(())
    }

    fn failures(&self) -> impl Iterator<Item = &Row> {
        self.0.iter().filter(|row| matches!(row.outcome, Outcome::Failed(_)))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        self.0.iter().try_for_each(|row| {
            let seconds =
                row.took.map_or_else(|| "-".to_owned(), |took| took.as_secs().to_string());
            writeln!(f, "{:<12}{seconds:>8}  {}", row.check, row.outcome)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_a_line_for_each_check_and_names_the_one_that_failed() {
        let mut report = Report::default();
        report.add("fmt".to_owned(), Outcome::Passed, Some(Duration::from_millis(1_900)));
        report.add(
            "deny".to_owned(),
            Outcome::Skipped("cargo-deny is not installed".into()),
            Some(Duration::ZERO),
        );
        assert!(report.verdict().is_ok());

        report.add(
            "doc".to_owned(),
            Outcome::Failed(Error::msg("no")),
            Some(Duration::from_secs(61)),
        );
        report.add("test".to_owned(), Outcome::NotRun, None);
        let expected = "\
check        seconds  result
fmt                1  ok
deny               0  skipped: cargo-deny is not installed
doc               61  FAILED: no
test               -  not run
";
        assert_eq!(report.to_string(), expected);
        let printed = format!("{HEADER}\nold  1  ok\n=== fmt\n\n{report}error: doc failed\n");
        let read = Report::read(&printed).unwrap();
        assert_eq!(read.to_string(), expected);
        assert!(report.verdict().unwrap_err().to_string().starts_with("doc failed"));
    }
}
