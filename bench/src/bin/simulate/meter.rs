//! When each limit is first met, and the most that is asked of it.

use crate::limits::{COUNT, Id};

/// A second in which a limit was met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Met {
    /// The second of the day.
    pub second: u32,
    /// Bookings a second that were asked for.
    pub rate: f64,
}

/// What was seen of every limit.
#[derive(Clone, Default)]
pub struct Meter {
    met: [Option<Met>; COUNT],
    asked: [f64; COUNT],
}

/// Rounding in sums is no excess.
const TOLERANCE: f64 = 1e-6;

impl Meter {
    /// Takes note of what is asked of a limit that has so much to give.
    pub fn note(&mut self, now: Met, id: Id, asked: f64, given: f64) {
        let place = id as usize;
        self.asked[place] = self.asked[place].max(asked);
        if asked > given * (1.0 + TOLERANCE) {
            self.met[place].get_or_insert(now);
        }
    }

    /// When the limit was first met.
    pub fn met(&self, id: Id) -> Option<Met> {
        self.met[id as usize]
    }

    /// The most that was asked of it in a second.
    pub fn asked(&self, id: Id) -> f64 {
        self.asked[id as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_second_counts_and_the_most_that_was_asked() {
        let (mut meter, at) = (Meter::default(), |second| Met { second, rate: 10.0 });
        for (second, asked) in [(1, 5.0), (2, 11.0), (3, 20.0), (4, 7.0)] {
            meter.note(at(second), Id::Start, asked, 10.0);
        }
        assert_eq!((meter.met(Id::Start), meter.asked(Id::Start)), (Some(at(2)), 20.0));
        assert_eq!(meter.met(Id::Open), None);
    }
}
