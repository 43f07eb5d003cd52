//! The report of a rebuild.

use operator::rebuild::{Report, Wrong};

use crate::palette::Palette;
use crate::render::{count, outside};

/// One line for each row that is wrong and each trip that cannot be read, and the totals.
pub(super) fn text(report: &Report, palette: Palette) -> String {
    let left = report.left.iter().flat_map(|wrong| lines(wrong, palette));
    let unreadable = report
        .unreadable
        .iter()
        .map(|cause| format!("{} {}", palette.bad("trip:"), outside(cause)));
    left.chain(unreadable).chain([sum(report)]).collect::<Vec<_>>().join("\n")
}

fn sum(report: &Report) -> String {
    let (trips, rows) = (count(report.read, "trip"), count(report.written, "row"));
    let would = if report.dry_run { "would be " } else { "" };
    let mut sum = format!("{trips} read: {rows} {would}written, {} unchanged", report.unchanged);
    if report.removed > 0 {
        sum.push_str(&format!(", {} {would}removed", report.removed));
    }
    if !report.left.is_empty() {
        sum.push_str(&format!(", {} left wrong", report.left.len()));
    }
    sum
}

fn lines(Wrong { trip_id, reason, mend }: &Wrong, palette: Palette) -> [String; 2] {
    let name = palette.bad(format!("{}:", outside(trip_id)));
    [format!("{name} {}", outside(reason)), format!("  {}", palette.code(outside(mend)))]
}

#[cfg(test)]
mod tests {
    use projector::{Damage, Left, Rebuilt};

    use super::*;

    #[test]
    fn a_rebuild_is_told_in_one_line() {
        let rebuilt = Rebuilt { read: 3, written: 1, unchanged: 2, ..Rebuilt::default() };
        let done = Report::of(rebuilt.clone(), false, "");
        assert_eq!(text(&done, Palette::PLAIN), "3 trips read: 1 row written, 2 unchanged");
        let removed = Rebuilt { removed: 1, ..rebuilt };
        assert_eq!(
            text(&Report::of(removed, true, ""), Palette::PLAIN),
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
            text(&Report::of(rebuilt, false, ""), Palette::PLAIN),
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
