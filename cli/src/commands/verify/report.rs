//! What a comparison found, as it is shown.

use serde::Serialize;
use serde_json::Value;

use crate::palette::Palette;
use crate::render::{Table, count};
use crate::verify::{Difference, Kind};

/// What a comparison found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Trips that were read.
    pub(super) trips: usize,
    /// Rows that were read.
    pub(super) rows: usize,
    /// What differs.
    pub(super) differences: Vec<Difference>,
    /// Items that cannot be read, and why.
    pub(super) unreadable: Vec<String>,
}

impl Report {
    /// Whether nothing was found.
    pub(super) fn is_clean(&self) -> bool {
        self.differences.is_empty() && self.unreadable.is_empty()
    }

    /// A line a difference, and the sum.
    pub(super) fn text(&self, palette: Palette) -> String {
        let compared = format!("{}, {}", count(self.trips, "trip"), count(self.rows, "row"));
        if self.is_clean() {
            return format!("{compared}: {}", palette.good("no difference"));
        }
        let found = self.differences.len() + self.unreadable.len();
        let sum = format!("{compared}: {}", palette.bad(count(found, "finding")));
        let unreadable = self.unreadable.iter().map(|cause| format!("cannot be read: {cause}"));
        let lines = self.table(palette).into_iter().chain(unreadable);
        lines.chain([String::new(), sum]).collect::<Vec<_>>().join("\n")
    }

    fn table(&self, palette: Palette) -> Vec<String> {
        if self.differences.is_empty() {
            return Vec::new();
        }
        let mut table = Table::with_header(["TRIP", "FIELD", "VIEW", "WRITE TABLE"], palette);
        for Difference { trip_id, kind } in &self.differences {
            let [field, view, trip] = cells(kind, palette);
            table.row([trip_id.to_string(), field, view, trip]);
        }
        table.lines("")
    }
}

fn cells(kind: &Kind, palette: Palette) -> [String; 3] {
    let version = |version: &u64| format!("version {version}");
    match kind {
        Kind::MissingRow { version: trip } => {
            ["(row)".to_owned(), palette.bad("missing"), version(trip)]
        }
        Kind::ExtraRow { version: view } => {
            ["(row)".to_owned(), version(view), palette.bad("no such trip")]
        }
        Kind::StaleVersion { view, trip } => {
            ["version".to_owned(), palette.busy(format!("{view} (stale)")), trip.to_string()]
        }
        Kind::Field { field, view, trip } => [field.clone(), palette.bad(text(view)), text(trip)],
    }
}

/// A text without its quotes, so that it reads as elsewhere.
fn text(value: &Value) -> String {
    match value {
        Value::Null => "(none)".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report(differences: Value, unreadable: &[&str]) -> Report {
        let unreadable = unreadable.iter().map(ToString::to_string).collect();
        let differences = serde_json::from_value(differences).unwrap();
        Report { trips: 3, rows: 2, differences, unreadable }
    }

    #[test]
    fn a_clean_view_is_told_in_one_line() {
        let report = report(json!([]), &[]);
        assert!(report.is_clean());
        assert_eq!(report.text(Palette::PLAIN), "3 trips, 2 rows: no difference");
        let single = Report { trips: 1, rows: 1, ..report };
        assert_eq!(single.text(Palette::PLAIN), "1 trip, 1 row: no difference");
    }

    #[test]
    fn each_difference_has_a_line_with_both_sides() {
        let report = report(
            json!([
                {"trip_id": "a", "difference": "missing_row", "version": 3},
                {"trip_id": "b", "difference": "extra_row", "version": 2},
                {"trip_id": "c", "difference": "stale_version", "view": 2, "trip": 3},
                {"trip_id": "c", "difference": "field", "field": "status",
                 "view": "PENDING", "trip": "CONFIRMED"},
                {"trip_id": "c", "difference": "field", "field": "amount",
                 "view": null, "trip": {"value": "1", "currency": "USD"}},
            ]),
            &["the item is of another kind"],
        );
        assert!(!report.is_clean());
        assert_eq!(
            report.text(Palette::PLAIN),
            r#"TRIP  FIELD    VIEW       WRITE TABLE
a     (row)    missing    version 3
b     (row)    version 2  no such trip
c     version  2 (stale)  3
c     status   PENDING    CONFIRMED
c     amount   (none)     {"value":"1","currency":"USD"}
cannot be read: the item is of another kind

3 trips, 2 rows: 6 findings"#
        );
    }
}
