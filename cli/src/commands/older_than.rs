//! How old something must be to count.

use std::str::FromStr;
use std::time::Duration;

use domain::{Clock, Timestamp};
use jiff::SignedDuration;
use lambda_kit::clock::SystemClock;

/// A duration, such as `10m`, `1h30m` or `0s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OlderThan(Duration);

/// The text is not a duration.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("must be a duration such as 10m, 1h30m or 0s")]
pub(crate) struct OlderThanFormat;

impl FromStr for OlderThan {
    type Err = OlderThanFormat;

    fn from_str(text: &str) -> Result<Self, OlderThanFormat> {
        let duration: SignedDuration = text.parse().map_err(|_| OlderThanFormat)?;
        Duration::try_from(duration).map(Self).map_err(|_| OlderThanFormat)
    }
}

impl OlderThan {
    /// What was before this moment is older.
    pub(crate) fn cutoff(self) -> Timestamp {
        SystemClock.now().before(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_units_and_no_sign() {
        for (text, seconds) in [("0s", 0), ("10m", 600), ("1h30m", 5_400)] {
            assert_eq!(text.parse::<OlderThan>().unwrap().0, Duration::from_secs(seconds));
        }
        for text in ["", "10", "-10m", "soon"] {
            assert!(text.parse::<OlderThan>().is_err(), "{text}");
        }
    }
}
