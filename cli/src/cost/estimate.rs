//! The whole answer to the question what bookings cost.

use anyhow::Context;
use serde::Serialize;

use super::bill::{Bill, Line};
use super::changes::{self, Change};
use super::counts::Counts;
use super::floor::GOAL;
use super::prices::REGION;
use super::standing;
use super::usage::Usage;

/// What so many bookings a month cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Bookings a month.
    pub bookings: u64,
    /// The region of the prices.
    pub region: &'static str,
    /// The bill, if every trip is booked at the first try.
    pub bill: Bill,
    /// The bookings if they go as those of `trip demo` do.
    pub mixed: Mixed,
    /// The least that the same bookings could cost.
    pub floor: Floor,
    /// What could be changed.
    pub changes: Vec<Change>,
}

/// The cost of bookings of which some come to another end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mixed {
    /// The share of the trips that are retried, refused, undone or cancelled.
    pub troubled: f64,
    /// Dollars for the bookings.
    pub for_bookings: f64,
    /// How many times as much as if every trip is booked at the first try.
    pub ratio: f64,
}

/// The least that bookings could cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Floor {
    /// Dollars for the bookings.
    pub for_bookings: f64,
    /// How many times as much they cost.
    pub ratio: f64,
    /// The highest ratio that is aimed at.
    pub goal: f64,
    /// Where the difference is, the largest first.
    pub above: Vec<Above>,
}

/// A line that is above its floor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Above {
    /// What is paid for.
    pub what: &'static str,
    /// How many units a booking uses.
    pub used: f64,
    /// How many it must use.
    pub floor: f64,
    /// Dollars above the floor.
    pub dollars: f64,
}

impl Estimate {
    /// The estimate for so many bookings a month.
    ///
    /// # Errors
    /// When the counts cannot be read.
    pub fn of(bookings: u64) -> anyhow::Result<Self> {
        let counts = Counts::read().context("the counts cannot be read")?;
        let booked = counts.booked().context("no booking was counted")?;
        let usage = Usage::of(&booked);
        let mixed = Usage::mixed(counts.shares().map(|(count, share)| (Usage::of(&count), share)));
        #[expect(clippy::cast_precision_loss, reason = "no bill has as many digits")]
        let number = bookings as f64;
        Ok(Self {
            bookings,
            region: REGION,
            bill: Bill::of(number, usage.lines(), standing::lines()),
            mixed: Mixed {
                troubled: counts.troubled(),
                for_bookings: number * mixed.dollars(),
                ratio: mixed.dollars() / usage.dollars(),
            },
            floor: Floor::under(&usage, number),
            changes: changes::all(&usage, booked.consumed(), number),
        })
    }
}

impl Floor {
    fn under(usage: &Usage, bookings: f64) -> Self {
        let floor = Usage::floor(usage);
        let lines = usage.lines().into_iter().zip(floor.lines());
        let mut above: Vec<_> = lines.filter_map(|(used, floor)| above(&used, &floor)).collect();
        above.sort_by(|one, other| other.dollars.total_cmp(&one.dollars));
        for line in &mut above {
            line.dollars *= bookings;
        }
        Self {
            for_bookings: bookings * floor.dollars(),
            ratio: usage.dollars() / floor.dollars(),
            goal: GOAL,
            above,
        }
    }
}

fn above(used: &Line, floor: &Line) -> Option<Above> {
    let dollars = used.dollars() - floor.dollars();
    let above = Above { what: used.what, used: used.quantity, floor: floor.quantity, dollars };
    (dollars > 0.0).then_some(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_an_estimate_agree() {
        let estimate = Estimate::of(1_000_000).unwrap();
        let Estimate { bill, mixed, floor, .. } = &estimate;
        let above: f64 = floor.above.iter().map(|line| line.dollars).sum();
        assert!((bill.for_bookings - floor.for_bookings - above).abs() < 1e-6);
        assert!((bill.for_bookings / floor.for_bookings - floor.ratio).abs() < 1e-9);
        assert!((mixed.for_bookings / bill.for_bookings - mixed.ratio).abs() < 1e-9);
        assert!(floor.ratio > 1.0 && mixed.ratio > 1.0, "{estimate:?}");
    }

    #[test]
    fn nothing_is_below_its_floor_and_no_change_costs_money() {
        let estimate = Estimate::of(1).unwrap();
        let usage = Usage::of(&Counts::read().unwrap().booked().unwrap());
        for (used, floor) in usage.lines().iter().zip(Usage::floor(&usage).lines()) {
            assert!(used.quantity >= floor.quantity, "{used:?} {floor:?}");
        }
        assert!(estimate.changes.iter().all(|change| change.saves > 0.0), "{estimate:?}");
    }

    #[test]
    fn the_page_tells_the_ratio_and_every_line_above_the_floor() {
        let page = include_str!("../../../docs/cost.md");
        let floor = Estimate::of(1).unwrap().floor;
        let told = format!("prints {:.2}, and", floor.ratio);
        assert!(page.contains(&told), "docs/cost.md should say {told:?}");
        let units = floor.above.iter().filter(|line| line.what.starts_with("write units"));
        for units in units.map(|line| line.used - line.floor) {
            assert!(page.contains(&format!("| {units} units of ")), "{units} units");
        }
    }

    #[test]
    fn without_bookings_there_is_what_stands() {
        let bill = Estimate::of(0).unwrap().bill;
        assert_eq!(bill.for_bookings, 0.0);
        assert!(bill.total > 10.0, "{}", bill.total);
    }
}
