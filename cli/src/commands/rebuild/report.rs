//! What a rebuild did, as it is shown.

use projector::Rebuilt;
use serde::Serialize;

use crate::palette::Palette;
use crate::render::count;

/// What a rebuild did, or would do.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Whether nothing was written, whatever `written` says.
    dry_run: bool,
    /// Trips that were read.
    read: usize,
    /// Rows that are written, or would be.
    written: usize,
    /// Rows that are left as they are.
    unchanged: usize,
    /// What cannot be read, and why.
    unreadable: Vec<String>,
}

impl Report {
    pub(super) fn of(rebuilt: Rebuilt, dry_run: bool) -> Self {
        let Rebuilt { read, written, unchanged, unreadable } = rebuilt;
        Self { dry_run, read, written, unchanged, unreadable }
    }

    /// Whether every trip could be read.
    pub(super) fn is_whole(&self) -> bool {
        self.unreadable.is_empty()
    }

    /// A line for each trip that cannot be read, and the sum.
    pub(super) fn text(&self, palette: Palette) -> String {
        let unreadable = self.unreadable.iter();
        let unreadable =
            unreadable.map(|cause| format!("{} {cause}", palette.bad("cannot be read:")));
        unreadable.chain([self.sum()]).collect::<Vec<_>>().join("\n")
    }

    fn sum(&self) -> String {
        let (trips, rows) = (count(self.read, "trip"), count(self.written, "row"));
        let written = if self.dry_run { "would be written" } else { "written" };
        format!("{trips} read: {rows} {written}, {} unchanged", self.unchanged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rebuild_is_told_in_one_line() {
        let rebuilt = Rebuilt { read: 3, written: 1, unchanged: 2, unreadable: Vec::new() };
        let done = Report::of(rebuilt.clone(), false);
        assert!(done.is_whole());
        assert_eq!(done.text(Palette::PLAIN), "3 trips read: 1 row written, 2 unchanged");
        assert_eq!(
            Report::of(rebuilt, true).text(Palette::PLAIN),
            "3 trips read: 1 row would be written, 2 unchanged"
        );
    }

    #[test]
    fn each_trip_that_cannot_be_read_has_a_line() {
        let unreadable = vec!["the item is of another kind".to_owned()];
        let report = Report::of(Rebuilt { read: 1, unreadable, ..Rebuilt::default() }, false);
        assert!(!report.is_whole());
        assert_eq!(
            report.text(Palette::PLAIN),
            "cannot be read: the item is of another kind\n1 trip read: 0 rows written, 0 unchanged"
        );
    }
}
