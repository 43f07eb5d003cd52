//! What became of an entry.

/// The error code with which an entry is answered.
pub type Failure = String;

/// With the number that it has on the bus, or the error that it is answered with.
pub(crate) enum Outcome {
    Published(usize),
    Deduplicated(usize),
    Failed(Failure),
}
