//! A moment in the past, given as a time or as a duration ago.

use std::str::FromStr;

use domain::{Clock, Timestamp};
use jiff::Span;
use jiff::tz::TimeZone;
use lambda_kit::clock::SystemClock;

/// A moment; a duration is subtracted from the present time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Since(pub(crate) Timestamp);

/// The text is not a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a time such as 2026-03-01T10:00:00Z, or how long ago it was such as 10m or 1h30m")]
pub(crate) struct SinceFormat;

impl FromStr for Since {
    type Err = SinceFormat;

    fn from_str(text: &str) -> Result<Self, SinceFormat> {
        read(text, SystemClock.now()).map(Self).ok_or(SinceFormat)
    }
}

fn read(text: &str, now: Timestamp) -> Option<Timestamp> {
    text.parse().ok().or_else(|| ago(text, now))
}

/// This long before `now`, in UTC's calendar.
fn ago(text: &str, now: Timestamp) -> Option<Timestamp> {
    let duration: Span = text.parse().ok()?;
    let moment = now.as_jiff().to_zoned(TimeZone::UTC).checked_sub(duration.abs()).ok()?;
    Some(moment.timestamp().into())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2026-02-01T10:00:00Z", Some("2026-02-01T10:00:00.000Z"))]
    #[case("2026-02-01T10:00:00+09:00", Some("2026-02-01T01:00:00.000Z"))]
    #[case("10m", Some("2026-02-28T23:50:00.000Z"))]
    #[case("1h30m", Some("2026-02-28T22:30:00.000Z"))]
    #[case("1d", Some("2026-02-28T00:00:00.000Z"))]
    #[case("10 minutes ago", Some("2026-02-28T23:50:00.000Z"))]
    #[case("", None)]
    #[case("10", None)]
    #[case("yesterday", None)]
    #[case("2026-02-30T10:00:00Z", None)]
    #[case("9999999999h", None)]
    fn a_moment_is_a_time_or_how_long_ago(#[case] text: &str, #[case] expected: Option<&str>) {
        let now = "2026-03-01T00:00:00Z".parse().unwrap();
        let moment = read(text, now).map(|moment| moment.to_string());
        assert_eq!(moment.as_deref(), expected);
    }
}
