//! Columns without lines, as narrow as their content.

use comfy_table::{CellAlignment, presets};

use crate::palette::Palette;

/// A table that grows row by row.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    /// A table without a header.
    pub(crate) fn new() -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING);
        Self(table)
    }

    /// A table with a header.
    pub(crate) fn with_header<const N: usize>(header: [&str; N], palette: Palette) -> Self {
        let mut table = Self::new();
        table.0.set_header(header.map(|name| palette.faint(name)));
        table
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) -> &mut Self {
        self.0.add_row(cells);
        self
    }

    /// Right-aligns a column of numbers.
    pub(crate) fn right(&mut self, column: usize) -> &mut Self {
        if let Some(column) = self.0.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        self
    }

    /// The table's lines, each with `indent` before it.
    pub(crate) fn lines(&mut self, indent: &str) -> Vec<String> {
        for column in self.0.column_iter_mut() {
            column.set_padding((0, 2));
        }
        self.0.lines().map(|line| format!("{indent}{}", line.trim_end())).collect()
    }

    /// The whole table.
    pub(crate) fn text(&mut self) -> String {
        self.lines("").join("\n")
    }
}
