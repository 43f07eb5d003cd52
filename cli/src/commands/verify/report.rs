//! The report of a comparison.

use std::collections::HashSet;

use operator::drift::{Difference, Kind};
use operator::verify::Comparison;
use serde_json::Value;

use crate::palette::Palette;
use crate::render::{Table, count, outside};

/// One line per difference, the commands that repair them, and the totals.
pub(super) fn text(comparison: &Comparison, palette: Palette) -> String {
    let Comparison { trips, rows, differences } = comparison;
    let compared = format!("{}, {}", count(*trips, "trip"), count(*rows, "row"));
    if comparison.is_clean() {
        return format!("{compared}: {}", palette.good("no difference"));
    }
    let sum = format!("{compared}: {}", palette.bad(count(differences.len(), "finding")));
    let lines = table(differences, palette).into_iter().chain([String::new()]);
    let lines = lines.chain(mends(differences, palette));
    lines.chain([String::new(), sum]).collect::<Vec<_>>().join("\n")
}

fn table(differences: &[Difference], palette: Palette) -> Vec<String> {
    let mut table = Table::with_header(["TRIP", "FIELD", "VIEW", "WRITE TABLE"], palette);
    for Difference { trip_id, kind, .. } in differences {
        let [field, view, trip] = cells(kind, palette);
        table.row([outside(trip_id), field, view, trip]);
    }
    table.lines("")
}

/// Each command once, in the order of the findings.
fn mends(differences: &[Difference], palette: Palette) -> Vec<String> {
    let mut seen = HashSet::new();
    let commands = differences.iter().filter(|found| seen.insert(&found.mend));
    commands.map(|found| format!("  {}", palette.code(outside(&found.mend)))).collect()
}

fn cells(kind: &Kind, palette: Palette) -> [String; 3] {
    let version = |version: &u64| format!("version {version}");
    match kind {
        Kind::MissingRow { version: trip } => {
            ["(row)".to_owned(), palette.bad("missing"), version(trip)]
        }
        Kind::ExtraRow { version: view } => {
            let view = view.as_ref().map_or_else(|| palette.bad(UNREADABLE), version);
            ["(row)".to_owned(), view, palette.bad("no such trip")]
        }
        Kind::StaleVersion { view, trip } => {
            ["version".to_owned(), palette.busy(format!("{view} (stale)")), trip.to_string()]
        }
        Kind::AheadVersion { view, trip } => {
            ["version".to_owned(), palette.bad(format!("{view} (ahead)")), trip.to_string()]
        }
        Kind::Field { field, view, trip } => [field.clone(), palette.bad(shown(view)), shown(trip)],
        Kind::UnreadableRow { reason } => {
            ["(row)".to_owned(), palette.bad(unreadable(reason)), String::new()]
        }
        Kind::UnreadableTrip { reason } => {
            ["(trip)".to_owned(), String::new(), palette.bad(unreadable(reason))]
        }
    }
}

const UNREADABLE: &str = "cannot be read";

fn unreadable(reason: &str) -> String {
    format!("{UNREADABLE}: {}", outside(reason))
}

/// A text without its quotes, as other output shows it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "(none)".to_owned(),
        Value::String(text) => outside(text),
        other => outside(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn compared<const N: usize>(trips: [(&str, Vec<Kind>); N]) -> Comparison {
        let differences = trips.into_iter().flat_map(|(trip, kinds)| Difference::all(trip, kinds));
        Comparison { trips: 3, rows: 2, differences: differences.collect() }
    }

    fn field(field: &str, view: Value, trip: Value) -> Kind {
        Kind::Field { field: field.to_owned(), view, trip }
    }

    #[test]
    fn a_clean_view_is_told_in_one_line() {
        let nothing = compared([]);
        assert_eq!(text(&nothing, Palette::PLAIN), "3 trips, 2 rows: no difference");
        let single = Comparison { trips: 1, rows: 1, ..nothing };
        assert_eq!(text(&single, Palette::PLAIN), "1 trip, 1 row: no difference");
    }

    #[test]
    fn each_difference_has_a_line_with_both_sides_and_the_command_that_mends_it() {
        let amount = json!({"value": "1", "currency": "USD"});
        let reason = "it is new".to_owned();
        let found = compared([
            ("a", vec![Kind::MissingRow { version: 3 }]),
            ("b", vec![Kind::ExtraRow { version: Some(2) }]),
            (
                "-c",
                vec![
                    Kind::StaleVersion { view: 2, trip: 3 },
                    field("status", json!("PENDING"), json!("CONFIRMED")),
                ],
            ),
            (
                "d",
                vec![Kind::AheadVersion { view: 4, trip: 3 }, field("amount", Value::Null, amount)],
            ),
            ("e", vec![Kind::UnreadableRow { reason: reason.clone() }]),
            ("f", vec![Kind::UnreadableTrip { reason }]),
        ]);
        assert_eq!(
            text(&found, Palette::PLAIN),
            r#"TRIP  FIELD    VIEW                       WRITE TABLE
a     (row)    missing                    version 3
b     (row)    version 2                  no such trip
-c    version  2 (stale)                  3
-c    status   PENDING                    CONFIRMED
d     version  4 (ahead)                  3
d     amount   (none)                     {"value":"1","currency":"USD"}
e     (row)    cannot be read: it is new
f     (trip)                              cannot be read: it is new

  trip rebuild --trip a
  trip rebuild --trip b --remove-orphans
  trip rebuild --trip=-c
  trip rebuild --trip d --force
  trip rebuild --trip e --force
  aws dynamodb get-item --table-name TripSagaTable --key '{"PK":{"S":"TRIP#f"},"SK":{"S":"METADATA"}}'

3 trips, 2 rows: 8 findings"#
        );
    }

    #[test]
    fn a_value_cannot_act_on_the_text_around_it() {
        let found =
            compared([("a", vec![field("hotel_name", json!("x\u{202e}y"), json!("z\nb"))])]);
        let text = text(&found, Palette::PLAIN);
        assert!(text.contains(r"x\u{202e}y") && text.contains(r"z\nb"), "{text}");
    }
}
