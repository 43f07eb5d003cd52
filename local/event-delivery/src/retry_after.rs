//! The header `Retry-After`: RFC 9110, section 10.2.3.

use std::time::Duration;

use domain::Timestamp;
use jiff::fmt::rfc2822;

/// How long to wait: a number of seconds, or the time until a date. Zero for what is neither, and
/// for a date that has passed.
pub(crate) fn read(value: &str, now: Timestamp) -> Duration {
    let seconds = value.parse().ok().map(Duration::from_secs);
    seconds.or_else(|| until(value, now)).unwrap_or_default()
}

fn until(date: &str, now: Timestamp) -> Option<Duration> {
    let date = rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    date.duration_since(now.as_jiff()).try_into().ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("0", 0)]
    #[case("120", 120)]
    #[case("Sun, 01 Mar 2026 01:00:30 GMT", 30)]
    #[case("Sun, 01 Mar 2026 00:59:59 GMT", 0)]
    #[case("soon", 0)]
    #[case("-5", 0)]
    #[case("1.5", 0)]
    #[case("", 0)]
    fn it_is_a_number_of_seconds_or_a_date(#[case] value: &str, #[case] seconds: u64) {
        let now = "2026-03-01T01:00:00Z".parse().unwrap();
        assert_eq!(read(value, now), Duration::from_secs(seconds));
    }
}
