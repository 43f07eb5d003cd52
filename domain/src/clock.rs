//! Time as a value that is passed in, so that rules and tests decide what time it is.

use crate::Timestamp;

/// Where a caller of the domain reads the time.
pub trait Clock: std::fmt::Debug + Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}
