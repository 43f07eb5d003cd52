//! The id of a committed event.

use domain::{EventId, Timestamp};
use uuid::{NoContext, Uuid};

/// Generates the id of an event that occurred at `at`: a random UUID of version 7. Ids sort by the
/// times of their events, not by this machine's clock, and no two ids are the same.
#[must_use]
pub fn draw_event_id(at: Timestamp) -> EventId {
    let instant = at.as_jiff();
    // Nothing occurs before 1970; such an id would only sort first.
    let seconds = u64::try_from(instant.as_second()).unwrap_or(0);
    let nanoseconds = u32::try_from(instant.subsec_nanosecond()).unwrap_or(0);
    let timestamp = uuid::Timestamp::from_unix(NoContext, seconds, nanoseconds);
    EventId::new(Uuid::new_v7(timestamp))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_carries_the_moment_of_its_event() {
        let id = draw_event_id(Timestamp::from_millis(1_772_326_800_120)).to_string();
        assert!(id.starts_with("019ca6e8-caf8-7"), "{id}");
    }

    #[test]
    fn events_of_one_moment_have_different_ids() {
        let at = Timestamp::from_millis(1_772_326_800_120);
        assert_ne!(draw_event_id(at), draw_event_id(at));
    }

    #[test]
    fn later_events_have_greater_ids() {
        let at = |millis| draw_event_id(Timestamp::from_millis(millis));
        assert!(at(1_772_326_800_120) < at(1_772_326_800_121));
    }
}
