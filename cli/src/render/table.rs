//! Columns without lines, as narrow as their content.

use anstream::adapter::strip_str;
use unicode_width::UnicodeWidthStr;

use crate::palette::Palette;

/// What stands between two columns.
const GAP: &str = "  ";

/// A table that grows row by row.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    /// The columns that are aligned to the right.
    right: Vec<usize>,
}

impl Table {
    /// A table with a header.
    pub(crate) fn with_header<const N: usize>(header: [&str; N], palette: Palette) -> Self {
        let mut table = Self::default();
        table.row(header.map(|name| palette.faint(name)));
        table
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) -> &mut Self {
        self.rows.push(cells.into());
        self
    }

    /// Right-aligns a column of numbers.
    pub(crate) fn right(&mut self, column: usize) -> &mut Self {
        self.right.push(column);
        self
    }

    /// The table's lines, each with `indent` before it.
    pub(crate) fn lines(&self, indent: &str) -> Vec<String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cells = |column: usize| self.rows.iter().filter_map(move |row| row.get(column));
        let widest = |column| cells(column).map(|cell| width(cell)).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(widest).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, widest))| {
                let padding = " ".repeat(widest - width(cell));
                if self.right.contains(&column) { padding + cell } else { cell.clone() + &padding }
            });
            let cells: Vec<_> = cells.collect();
            format!("{indent}{}", cells.join(GAP).trim_end())
        };
        self.rows.iter().map(line).collect()
    }

    /// The whole table.
    pub(crate) fn text(&self) -> String {
        self.lines("").join("\n")
    }
}

/// The width of a cell on a terminal: its colours take no space.
fn width(cell: &str) -> usize {
    strip_str(cell).to_string().width()
}
