//! Clocks that stand still: one for ever, one until a test moves it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::{Clock, Timestamp};

/// Noon on 15 January 2026, in milliseconds since 1970.
const NOON: i64 = 1_768_478_400_000;

/// Shows one moment for ever.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Timestamp);

impl FixedClock {
    /// A clock that stands at so many milliseconds since 1970.
    #[must_use]
    pub fn at_millis(millis: i64) -> Self {
        Self(Timestamp::from_millis(millis))
    }

    /// A clock that stands at noon on 15 January 2026.
    #[must_use]
    pub fn at_noon() -> Self {
        Self::at_millis(NOON)
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Stands still until it is moved, also backwards. Starts at noon on 15 January 2026.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl Default for ManualClock {
    fn default() -> Self {
        Self(AtomicI64::new(NOON))
    }
}

impl ManualClock {
    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Sets it to any moment.
    pub fn set(&self, to: Timestamp) {
        self.0.store(to.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
