//! Event patterns in requests.

/// The longest pattern, in characters.
pub(super) const PATTERN_CHARS: usize = 4096;
