//! The rows of `docs/faults.md`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// The number of faults in the catalogue.
const ROWS: usize = 81;

/// A fault.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) number: u8,
    /// The fault in a few words.
    pub(super) name: String,
}

/// Reads the catalogue, in the order of the numbers.
pub(super) fn read(root: &Path) -> Result<Vec<Row>> {
    let file = root.join("docs/faults.md");
    let text = fs::read_to_string(file).context("cannot read docs/faults.md")?;
    let mut rows: Vec<_> = text.lines().filter_map(row).collect();
    rows.sort_by_key(|row| row.number);
    let complete = rows.iter().map(|row| usize::from(row.number)).eq(1..=ROWS);
    ensure!(complete, "docs/faults.md does not list the faults 1 to {ROWS} once each");
    Ok(rows)
}

/// A line such as `| 17 | a record cannot be processed | set aside … | E |`.
fn row(line: &str) -> Option<Row> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let number = cells.next()?.parse().ok()?;
    Some(Row { number, name: cells.next()?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn a_row_has_a_number_and_a_name_and_other_lines_are_none() {
        let expected = Row { number: 17, name: "poison".to_owned() };
        assert_eq!(row("| 17 | poison | set aside | E |"), Some(expected));
        for line in ["| # | fault | what happens | by |", "|---|---|", "17 poison", "| L | local |"]
        {
            assert_eq!(row(line), None, "{line}");
        }
    }

    #[test]
    fn the_catalogue_lists_every_fault_once() {
        assert_eq!(read(&workspace::root().unwrap()).unwrap().len(), ROWS);
    }
}
