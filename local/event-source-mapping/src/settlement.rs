//! Which of a shard's records are settled, and the position that follows: everything up to it is
//! settled, in whatever order the lanes finish.

use std::collections::VecDeque;

/// The records that were read and that no position covers yet. A settled record is processed,
/// discarded or filtered out: it needs no more work.
#[derive(Debug, Default)]
pub(crate) struct Settlement {
    /// The place of the first of `open`.
    first: u64,
    open: VecDeque<Slot>,
}

#[derive(Debug)]
struct Slot {
    sequence_number: String,
    settled: bool,
}

impl Settlement {
    /// Adds the next record of the shard; returns its place, which settles it later.
    pub(crate) fn read(&mut self, sequence_number: String) -> u64 {
        self.open.push_back(Slot { sequence_number, settled: false });
        self.first + self.open.len() as u64 - 1
    }

    /// Settles the record at a place. A record that a position already covers stays as it is.
    pub(crate) fn settle(&mut self, place: u64) {
        let at = place.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        if let Some(slot) = at.and_then(|at| self.open.get_mut(at)) {
            slot.settled = true;
        }
    }

    /// The position that can be saved now, if it is new: the last record before the first that is
    /// not settled.
    pub(crate) fn advance(&mut self) -> Option<String> {
        let mut position = None;
        while let Some(slot) = self.open.pop_front_if(|slot| slot.settled) {
            self.first += 1;
            position = Some(slot.sequence_number);
        }
        position
    }

    /// Whether a record is not settled yet.
    pub(crate) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `records`, settles the places one after the other, and lists the position after each.
    fn positions(records: usize, settled: &[u64]) -> Vec<Option<String>> {
        let mut settlement = Settlement::default();
        for number in 0..records {
            settlement.read(number.to_string());
        }
        let mut positions = Vec::new();
        for place in settled {
            settlement.settle(*place);
            positions.push(settlement.advance());
        }
        positions
    }

    #[test]
    fn a_position_never_passes_a_record_that_is_not_settled() {
        let at = |number: u64| Some(number.to_string());
        for (settled, expected) in [
            (&[0, 1, 2, 3][..], vec![at(0), at(1), at(2), at(3)]),
            (&[3, 2, 1, 0], vec![None, None, None, at(3)]),
            (&[1, 0, 3, 2], vec![None, at(1), None, at(3)]),
            (&[0, 2, 0, 1], vec![at(0), None, None, at(2)]),
        ] {
            assert_eq!(positions(4, settled), expected, "{settled:?}");
        }
    }

    #[test]
    fn places_go_on_counting_where_a_position_has_passed() {
        let mut settlement = Settlement::default();
        let first = settlement.read("7".to_owned());
        settlement.settle(first);
        assert_eq!(settlement.advance().as_deref(), Some("7"));
        assert!(!settlement.is_open());
        let second = settlement.read("9".to_owned());
        assert!(settlement.is_open());
        settlement.settle(first);
        assert_eq!(settlement.advance(), None);
        settlement.settle(second);
        assert_eq!(settlement.advance().as_deref(), Some("9"));
    }
}
