//! The report of a rebuild.

use projector::{Damage, Left, Rebuilt};
use serde::Serialize;

use crate::hint;
use crate::palette::Palette;
use crate::render::{count, outside};

/// What a rebuild did, or would do.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Whether nothing was written, whatever `written` and `removed` say.
    dry_run: bool,
    /// Trips that were read.
    read: usize,
    /// Rows that are written, or would be.
    written: usize,
    /// Rows that are left as they are, because they are right.
    unchanged: usize,
    /// Rows without a trip that are removed, or would be.
    removed: usize,
    /// Rows that are wrong but not replaced.
    left: Vec<Wrong>,
    /// Trips that cannot be read, and why.
    unreadable: Vec<String>,
}

/// A row that is wrong, the reason, and the command that repairs it.
#[derive(Debug, Serialize)]
struct Wrong {
    trip_id: String,
    reason: String,
    mend: String,
}

impl Report {
    pub(super) fn of(rebuilt: Rebuilt, dry_run: bool, option: &str) -> Self {
        let Rebuilt { read, written, unchanged, removed, left, unreadable } = rebuilt;
        let left = left.into_iter().map(|left| Wrong::of(left, option)).collect();
        Self { dry_run, read, written, unchanged, removed, left, unreadable }
    }

    /// One line for each row that is wrong and each trip that cannot be read, and the totals.
    pub(super) fn text(&self, palette: Palette) -> String {
        let left = self.left.iter().flat_map(|wrong| wrong.lines(palette));
        let unreadable = self
            .unreadable
            .iter()
            .map(|cause| format!("{} {}", palette.bad("trip:"), outside(cause)));
        left.chain(unreadable).chain([self.sum()]).collect::<Vec<_>>().join("\n")
    }

    fn sum(&self) -> String {
        let (trips, rows) = (count(self.read, "trip"), count(self.written, "row"));
        let would = if self.dry_run { "would be " } else { "" };
        let mut sum = format!("{trips} read: {rows} {would}written, {} unchanged", self.unchanged);
        if self.removed > 0 {
            sum.push_str(&format!(", {} {would}removed", self.removed));
        }
        if !self.left.is_empty() {
            sum.push_str(&format!(", {} left wrong", self.left.len()));
        }
        sum
    }
}

impl Wrong {
    fn of(Left { trip_id, damage }: Left, option: &str) -> Self {
        let options = match damage {
            Damage::Wrong | Damage::Ahead | Damage::Unreadable(_) => hint::FORCE,
            Damage::Orphan => hint::REMOVE,
        };
        let mend = hint::with_option(&hint::rebuild(&trip_id, options), option);
        Self { trip_id, reason: damage.to_string(), mend }
    }

    fn lines(&self, palette: Palette) -> [String; 2] {
        let Self { trip_id, reason, mend } = self;
        let name = palette.bad(format!("{}:", outside(trip_id)));
        [format!("{name} {}", outside(reason)), format!("  {}", palette.code(outside(mend)))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rebuild_is_told_in_one_line() {
        let rebuilt = Rebuilt { read: 3, written: 1, unchanged: 2, ..Rebuilt::default() };
        let done = Report::of(rebuilt.clone(), false, "");
        assert_eq!(done.text(Palette::PLAIN), "3 trips read: 1 row written, 2 unchanged");
        let removed = Rebuilt { removed: 1, ..rebuilt };
        assert_eq!(
            Report::of(removed, true, "").text(Palette::PLAIN),
            "3 trips read: 1 row would be written, 2 unchanged, 1 would be removed"
        );
    }

    #[test]
    fn what_is_left_wrong_is_told_with_the_command_that_mends_it() {
        let left = |trip: &str, damage| Left { trip_id: trip.to_owned(), damage };
        let left = vec![
            left("-a", Damage::Ahead),
            left("b", Damage::Orphan),
            left("c", Damage::Unreadable("it is new".to_owned())),
        ];
        let unreadable = vec!["it is of another kind".to_owned()];
        let rebuilt = Rebuilt { read: 3, unchanged: 1, left, unreadable, ..Rebuilt::default() };
        assert_eq!(
            Report::of(rebuilt, false, "").text(Palette::PLAIN),
            "\
-a: the row is ahead of its trip
  trip rebuild --trip=-a --force
b: the row has no trip
  trip rebuild --trip b --remove-orphans
c: the row cannot be read: it is new
  trip rebuild --trip c --force
trip: it is of another kind
3 trips read: 0 rows written, 1 unchanged, 3 left wrong"
        );
    }
}
