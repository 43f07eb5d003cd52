//! A clock that stands still.

use domain::{Clock, Timestamp};

/// Shows one moment for ever.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Timestamp);

impl FixedClock {
    /// A clock that stands at so many milliseconds since 1970.
    #[must_use]
    pub fn at_millis(millis: i64) -> Self {
        Self(Timestamp::from_millis(millis))
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
