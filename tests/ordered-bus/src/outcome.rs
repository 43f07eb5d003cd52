//! What became of an entry.

/// With the number that it has on the bus, or the error that it is answered with.
pub(crate) enum Outcome {
    Published(usize),
    Deduplicated(usize),
    Failed(&'static str),
}
