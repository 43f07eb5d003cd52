//! What became of an entry.

/// The error code with which an entry is answered.
pub type Failure = String;

/// An event that is on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The id that the bus gave it.
    pub event_id: String,
    /// Its place on the bus.
    pub number: i64,
}

/// On the bus now, or before, or the error that it is answered with.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Published(Accepted),
    Deduplicated(Accepted),
    Failed(Failure),
}
