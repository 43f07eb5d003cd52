//! Where the states of a machine stand in its diagram: success to the right, failure to the left.
//!
//! The main path is the first row. What undoes a step stands below it. A state that ends the
//! execution as failed stands at the left, in the row of the state that leads there.

use std::collections::BTreeMap;

use super::machine::{Kind, Machine};

/// Column and row of a state, from 0.
pub(super) type Place = (usize, usize);

/// The place of every state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout(BTreeMap<String, Place>);

impl Layout {
    pub(super) fn of(machine: &Machine) -> Self {
        let mut layout = Self::default();
        let first = usize::from(machine.states.iter().any(|state| state.kind == Kind::Fail));
        let main = machine.main_path();
        for (step, name) in main.iter().enumerate() {
            layout.put(name, (first + step, 0));
        }
        for (step, name) in main.iter().enumerate() {
            let undone_by = machine.state(name).and_then(|state| state.undone_by());
            if let Some(undoing) = undone_by {
                layout.put(undoing, (first + step, 1));
            }
        }
        for state in machine.states.iter().filter(|state| state.kind == Kind::Fail) {
            let row = layout.row_before(machine, &state.name);
            layout.put(&state.name, (0, row));
        }
        for state in &machine.states {
            layout.put(&state.name, (first, 2));
        }
        layout
    }

    pub(super) fn place(&self, name: &str) -> Option<Place> {
        self.0.get(name).copied()
    }

    /// How many columns and rows there are.
    pub(super) fn size(&self) -> Place {
        let most =
            |of: fn(&Place) -> usize| self.0.values().map(of).max().map_or(0, |most| most + 1);
        (most(|place| place.0), most(|place| place.1))
    }

    /// Puts a state that has no place yet; to the right of the place where one is taken.
    fn put(&mut self, name: &str, (mut column, row): Place) {
        if self.0.contains_key(name) {
            return;
        }
        while self.0.values().any(|taken| *taken == (column, row)) {
            column += 1;
        }
        self.0.insert(name.to_owned(), (column, row));
    }

    /// The row of the first state from which a way leads to this one.
    fn row_before(&self, machine: &Machine, name: &str) -> usize {
        let ways = machine.ways();
        let before =
            ways.iter().filter(|(_, to)| *to == name).filter_map(|(from, _)| self.place(from));
        before.map(|place| place.1).next().unwrap_or(2)
    }
}

#[cfg(test)]
mod tests {
    use super::super::machine::tests::deployed;
    use super::*;

    #[test]
    fn the_booking_succeeds_to_the_right_and_fails_to_the_left() {
        let layout = Layout::of(&deployed()[0]);
        for (name, place) in [
            ("ReserveFlight", (1, 0)),
            ("ReserveHotel", (2, 0)),
            ("ProcessPayment", (3, 0)),
            ("BookingSucceeded", (4, 0)),
            ("CancelFlight", (1, 1)),
            ("CancelHotel", (2, 1)),
            ("RefundPayment", (3, 1)),
            ("FlightBookingFailed", (0, 0)),
            ("BookingFailed", (0, 1)),
        ] {
            assert_eq!(layout.place(name), Some(place), "{name}");
        }
    }

    #[test]
    fn every_state_of_each_machine_has_a_place_of_its_own() {
        for machine in deployed() {
            let layout = Layout::of(&machine);
            let mut places: Vec<_> =
                machine.states.iter().map(|state| layout.place(&state.name).unwrap()).collect();
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), machine.states.len());
        }
    }
}
