//! The catalogue with the result of each row.

use std::fmt;

use anyhow::{Result, ensure};

use super::results::{Results, Tests};
use super::rows::Row;

/// One line per fault.
pub(super) struct Table<'a>(Vec<(&'a Row, Option<Tests>)>);

impl<'a> Table<'a> {
    pub(super) fn new(rows: &'a [Row], results: &Results) -> Self {
        Self(rows.iter().map(|row| (row, results.of(row.number).cloned())).collect())
    }

    /// An error that names the rows that failed.
    pub(super) fn verdict(&self) -> Result<()> {
        let broken: Vec<_> = self.0.iter().filter(|(_, tests)| !holds(tests.as_ref())).collect();
        let numbers: Vec<_> = broken.iter().map(|(row, _)| row.number.to_string()).collect();
        ensure!(broken.is_empty(), "faults without a passing test: {}", numbers.join(", "));
        Ok(())
    }
}

fn holds(tests: Option<&Tests>) -> bool {
    tests.is_some_and(|tests| tests.failed.is_empty() && tests.passed > 0)
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, " #  result   tests  schedules  fault")?;
        for (row, tests) in &self.0 {
            let result = match tests {
                None => "MISSING",
                Some(tests) if tests.failed.is_empty() => "passed",
                Some(_) => "FAILED",
            };
            let tests = tests.clone().unwrap_or_default();
            let count = tests.passed + tests.failed.len();
            let (number, schedules) = (row.number, tests.schedules);
            writeln!(f, "{number:>2}  {result:<7}  {count:>5}  {schedules:>9}  {}", row.name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_line_and_those_that_do_not_hold_are_named() {
        let row = |number, name: &str| Row { number, name: name.to_owned() };
        let rows = [row(1, "a crash"), row(2, "a lost reply"), row(3, "a replay")];
        let printed = "test fault_01_x ... ok\nfault 1: 20 schedules\ntest fault_02_y ... FAILED\n";
        let table = Table::new(&rows, &Results::read(printed));
        let expected = [
            " #  result   tests  schedules  fault",
            " 1  passed       1         20  a crash",
            " 2  FAILED       1          1  a lost reply",
            " 3  MISSING      0          0  a replay",
        ];
        assert_eq!(table.to_string().lines().collect::<Vec<_>>(), expected);
        assert!(table.verdict().unwrap_err().to_string().ends_with("2, 3"));
    }
}
