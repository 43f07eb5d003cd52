//! Quantities, times prices.

use serde::Serialize;
use serde::ser::SerializeStruct;

use super::prices::{Price, Unit};

/// A line of a bill.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What is paid for.
    pub what: &'static str,
    /// How many units.
    pub quantity: f64,
    /// The unit.
    pub unit: Unit,
}

/// What a month costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bill {
    /// What bookings use.
    pub lines: Vec<Line>,
    /// What is paid whether anybody books or not.
    pub standing: Vec<Line>,
    /// Dollars for the bookings.
    pub for_bookings: f64,
    /// Dollars in all.
    pub total: f64,
}

impl Line {
    pub(super) fn new(what: &'static str, quantity: f64, unit: Unit) -> Self {
        Self { what, quantity, unit }
    }

    fn times(self, factor: f64) -> Self {
        Self { quantity: self.quantity * factor, ..self }
    }

    /// Dollars.
    #[must_use]
    pub fn dollars(&self) -> f64 {
        self.quantity * self.unit.dollars()
    }
}

impl Serialize for Line {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Price { service, .. } = self.unit.price();
        let mut line = serializer.serialize_struct("Line", 6)?;
        line.serialize_field("service", service)?;
        line.serialize_field("what", self.what)?;
        line.serialize_field("quantity", &self.quantity)?;
        line.serialize_field("unit", &self.unit)?;
        line.serialize_field("dollars_per_unit", &self.unit.dollars())?;
        line.serialize_field("dollars", &self.dollars())?;
        line.end()
    }
}

impl Bill {
    /// The bill for so many bookings, whose lines are given for one.
    pub(super) fn of(bookings: f64, lines: Vec<Line>, standing: Vec<Line>) -> Self {
        let lines: Vec<_> = lines.into_iter().map(|line| line.times(bookings)).collect();
        let for_bookings: f64 = lines.iter().map(Line::dollars).sum();
        let at_rest: f64 = standing.iter().map(Line::dollars).sum();
        Self { lines, standing, for_bookings, total: for_bookings + at_rest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_is_quantities_times_prices_and_what_stands() {
        let one = vec![Line::new("states", 5.0, Unit::Transition)];
        let standing = vec![Line::new("a dashboard", 1.0, Unit::Dashboard)];
        let bill = Bill::of(1_000_000.0, one, standing);
        assert_eq!((bill.for_bookings, bill.total), (125.0, 128.0));
        assert_eq!(bill.lines[0].quantity, 5_000_000.0);
    }
}
