//! How many of each trip's first events this process knows to be on an ordered bus.
//!
//! What is on the bus stays there, so what is remembered stays true. It only saves questions: a
//! process that knows nothing asks the table.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::TripId;

/// The most trips that are remembered: about 10 MB. When there are more, all are forgotten.
const MOST: usize = 100_000;

/// The memory. Everything that publishes in this process shares it.
#[derive(Debug, Default)]
pub(crate) struct OnTheBus(Mutex<HashMap<TripId, u64>>);

impl OnTheBus {
    /// How many of the trip's first events need no waiting for: they are on the bus, or given up.
    pub(crate) fn of(&self, trip: &TripId) -> u64 {
        self.memory().get(trip).copied().unwrap_or_default()
    }

    /// Records that this is true of the trip's first `count` events.
    pub(crate) fn note(&self, trip: &TripId, count: u64) {
        let mut memory = self.memory();
        if let Some(known) = memory.get_mut(trip) {
            *known = count.max(*known);
            return;
        }
        if memory.len() == MOST {
            memory.clear();
        }
        memory.insert(trip.clone(), count);
    }

    fn memory(&self) -> MutexGuard<'_, HashMap<TripId, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_trip_never_shrinks() {
        let (memory, trip) = (OnTheBus::default(), TripId::parse("trip-1").unwrap());
        assert_eq!(memory.of(&trip), 0);
        for (count, known) in [(2, 2), (4, 4), (3, 4)] {
            memory.note(&trip, count);
            assert_eq!(memory.of(&trip), known);
        }
    }

    #[test]
    fn too_many_trips_are_forgotten() {
        let memory = OnTheBus::default();
        let trip = |number: usize| TripId::parse(&format!("trip-{number}")).unwrap();
        (0..=MOST).for_each(|number| memory.note(&trip(number), 1));
        assert_eq!([0, MOST].map(|number| memory.of(&trip(number))), [0, 1]);
    }
}
