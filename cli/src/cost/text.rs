//! The estimate as text for a person.

use super::bill::{Bill, Line};
use super::changes::Change;
use super::estimate::{Estimate, Floor, Mixed};
use super::prices::Price;
use crate::palette::Palette;
use crate::render::Table;

const INDENT: &str = "  ";

impl Estimate {
    /// The bill, then the floor, then what could be changed.
    #[must_use]
    pub fn text(&self, palette: Palette) -> String {
        let parts = [
            self.summary(palette),
            self.bill.text(palette),
            self.mixed.text(self.bookings, palette),
            self.floor.text(self.bookings, palette),
            changes(&self.changes, self.bill.for_bookings, palette),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    }

    fn summary(&self, palette: Palette) -> String {
        let (bookings, total) = (grouped(self.bookings), dollars(self.bill.total));
        let head = palette.strong(format!("{bookings} bookings a month on AWS: ${total}"));
        let notes = format!(
            "list prices of {}, without free tiers; quantities as counted on the local system",
            self.region
        );
        format!("{head}\n{}", palette.faint(notes))
    }
}

impl Bill {
    fn text(&self, palette: Palette) -> String {
        let header = ["SERVICE", "WHAT", "QUANTITY", "PRICE", "DOLLARS", "SHARE"];
        let mut table = Table::with_header(header, palette);
        for line in &self.lines {
            let Price { service, dollars: price, per, .. } = line.unit.price();
            let a_million = if per > 1.0 { " a million" } else { "" };
            table.row([
                service.to_owned(),
                line.what.to_owned(),
                quantity(line.quantity),
                format!("${}{a_million}", with_cents(price)),
                dollars(line.dollars()),
                share(line.dollars(), self.total),
            ]);
        }
        let at_rest: f64 = self.standing.iter().map(Line::dollars).sum();
        let what = "alarms, dashboard, metrics, sweeps, secrets";
        table.row(row("at rest", what, at_rest, self.total));
        table.row(row("total", "", self.total, self.total).map(|cell| palette.strong(cell)));
        table.right(2).right(3).right(4).right(5).text()
    }
}

fn row(first: &str, what: &str, sum: f64, total: f64) -> [String; 6] {
    let (sum, share) = (dollars(sum), share(sum, total));
    [first.to_owned(), what.to_owned(), String::new(), String::new(), sum, share]
}

impl Mixed {
    fn text(&self, bookings: u64, palette: Palette) -> String {
        if bookings == 0 {
            return String::new();
        }
        let percent = 100.0 * self.troubled;
        format!(
            "{} if {percent:.0} % of them are retried, refused, undone or cancelled, as in the \
             demo: {:.2} times as much",
            palette.strong(format!("${} for the bookings", dollars(self.for_bookings))),
            self.ratio
        )
    }
}

impl Floor {
    fn text(&self, bookings: u64, palette: Palette) -> String {
        if bookings == 0 {
            return String::new();
        }
        let (goal, ratio) = (self.goal, format!("{:.2} times", self.ratio));
        let ratio = if self.ratio > goal { palette.bad(ratio) } else { palette.good(ratio) };
        let head = format!(
            "{}: the bookings cost {ratio} that (aimed at: {goal})",
            palette.strong(format!("${} is the floor", dollars(self.for_bookings)))
        );
        let mut table =
            Table::with_header(["ABOVE THE FLOOR", "A BOOKING", "FLOOR", "DOLLARS"], palette);
        for above in &self.above {
            let what = above.what.to_owned();
            table.row([what, small(above.used), small(above.floor), dollars(above.dollars)]);
        }
        let lines = table.right(1).right(2).right(3).lines(INDENT);
        format!("{head}\n{}", lines.join("\n"))
    }
}

fn changes(changes: &[Change], for_bookings: f64, palette: Palette) -> String {
    if for_bookings <= 0.0 {
        return String::new();
    }
    let lines = changes.iter().map(|change| {
        let part = share(change.saves, for_bookings);
        let saves = format!("${} less ({part})", dollars(change.saves));
        let costs = change.costs.iter().map(|cost| format!("\n{INDENT}{INDENT}gives up {cost}"));
        let costs = palette.faint(costs.collect::<String>());
        format!("{INDENT}{}  {}{costs}", palette.good(saves), change.what)
    });
    let head = palette.strong("What could be changed, of what the bookings cost");
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}

/// Dollars and cents.
fn dollars(amount: f64) -> String {
    let text = format!("{amount:.2}");
    match text.split_once('.') {
        Some((whole, cents)) => format!("{}.{cents}", separated(whole)),
        None => text,
    }
}

/// A price with all of its digits, and two decimals at least.
fn with_cents(price: f64) -> String {
    let (all, cents) = (price.to_string(), format!("{price:.2}"));
    if all.len() > cents.len() { all } else { cents }
}

/// Whole units where there are many, and as many digits as tell something where there are few.
fn quantity(units: f64) -> String {
    if units >= 100.0 || units == 0.0 { separated(&format!("{units:.0}")) } else { small(units) }
}

fn small(units: f64) -> String {
    let text = format!("{units:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn share(part: f64, whole: f64) -> String {
    let percent = 100.0 * part / whole;
    if percent < 0.5 { "–".to_owned() } else { format!("{percent:.0} %") }
}

fn grouped(number: u64) -> String {
    separated(&number.to_string())
}

/// Digits in groups of three.
fn separated(digits: &str) -> String {
    let (mut text, length) = (String::new(), digits.len());
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (length - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0.0, "0.00")]
    #[case(12.345, "12.35")]
    #[case(1_999.5, "1,999.50")]
    #[case(1_234_567.0, "1,234,567.00")]
    fn dollars_have_cents_and_groups(#[case] amount: f64, #[case] text: &str) {
        assert_eq!(dollars(amount), text);
    }

    #[rstest]
    #[case(5_000_000.0, "5,000,000")]
    #[case(12.0, "12")]
    #[case(7.5, "7.5")]
    #[case(0.0, "0")]
    fn quantities_have_the_digits_that_tell_something(#[case] units: f64, #[case] text: &str) {
        assert_eq!(quantity(units), text);
    }

    #[rstest]
    #[case(3.5, "3.50")]
    #[case(25.0, "25.00")]
    #[case(0.625, "0.625")]
    fn a_price_keeps_its_digits(#[case] price: f64, #[case] text: &str) {
        assert_eq!(with_cents(price), text);
    }

    #[test]
    fn a_million_bookings_are_told_with_their_floor_and_what_could_be_changed() {
        let text = Estimate::of(1_000_000).unwrap().text(Palette::PLAIN);
        for told in [
            "1,000,000 bookings a month on AWS: $",
            "Step Functions  state transitions",
            "5,000,000    $25.00 a million   125.00",
            "is the floor",
            "an Express workflow for the booking",
            "gives up one execution a trip",
        ] {
            assert!(text.contains(told), "{told:?} is not in\n{text}");
        }
    }

    #[test]
    fn without_bookings_only_the_bill_is_told() {
        let text = Estimate::of(0).unwrap().text(Palette::PLAIN);
        assert!(text.contains("at rest") && !text.contains("floor"), "{text}");
    }
}
