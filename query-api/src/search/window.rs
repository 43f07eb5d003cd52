//! The departures that a search covers: a bounded span of local times, as printed on tickets.

use domain::{TicketTime, time};
use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, ToSpan};

/// The widest window, in months: it bounds the buckets that one search reads.
const MAX_MONTHS: i64 = 36;
/// The beginning of the default window, in months before today.
const MONTHS_BACK: i64 = 12;

/// The requested ends. Search works to the minute, so seconds are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    /// The earliest departure.
    pub(crate) from: Option<DateTime>,
    /// The latest departure.
    pub(crate) to: Option<DateTime>,
}

/// A span of departures, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// The earliest departure.
    pub(crate) from: DateTime,
    /// The latest departure.
    pub(crate) to: DateTime,
}

/// Two ends that do not make a window; the message is the rule that `to` breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WindowError {
    /// It would end before it begins.
    #[error("must not be before from")]
    Backwards,
    /// It would be wider than one search allows.
    #[error("must be at most 36 months after from")]
    TooWide,
}

/// The text is not an end of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a real date YYYY-MM-DD, or a local time YYYY-MM-DDThh:mm without offset, as printed on the ticket"
)]
pub(crate) struct EndFormat;

impl Ends {
    /// The ends of a window that may be searched.
    pub(crate) fn new(from: Option<DateTime>, to: Option<DateTime>) -> Result<Self, WindowError> {
        if let (Some(from), Some(to)) = (from, to) {
            check(from, to)?;
        }
        Ok(Self { from, to })
    }

    /// The window between the ends.
    ///
    /// A missing end is as far from the other end as is allowed. If both are missing, the window is
    /// from 12 months before `today` to 24 months after.
    pub(crate) fn window(&self, today: Date) -> Window {
        match (self.from, self.to) {
            (Some(from), Some(to)) => Window { from, to },
            (Some(from), None) => Window { from, to: end_of(later(from.date(), widest())) },
            (None, Some(to)) => Window { from: start_of(earlier(to.date(), widest())), to },
            (None, None) => Window::around(today),
        }
    }
}

fn check(from: DateTime, to: DateTime) -> Result<(), WindowError> {
    if to < from {
        return Err(WindowError::Backwards);
    }
    if to.date() > later(from.date(), widest()) {
        return Err(WindowError::TooWide);
    }
    Ok(())
}

impl Window {
    fn around(today: Date) -> Self {
        let first = earlier(today, MONTHS_BACK.months());
        Self { from: start_of(first), to: end_of(later(first, widest())) }
    }
}

/// Reads the beginning of a window: a date stands for its first minute.
pub(crate) fn parse_from(text: &str) -> Result<DateTime, EndFormat> {
    time::parse_date(text).map(start_of).or_else(|_| parse_time(text))
}

/// Reads the end of a window: a date stands for its last minute, so that its whole day is covered.
pub(crate) fn parse_to(text: &str) -> Result<DateTime, EndFormat> {
    time::parse_date(text).map(end_of).or_else(|_| parse_time(text))
}

fn parse_time(text: &str) -> Result<DateTime, EndFormat> {
    let time = TicketTime::parse(text).map_err(|_| EndFormat)?;
    if time.has_offset() {
        return Err(EndFormat);
    }
    let local = time.local();
    Ok(local.date().at(local.hour(), local.minute(), 0, 0))
}

fn widest() -> Span {
    MAX_MONTHS.months()
}

fn start_of(date: Date) -> DateTime {
    date.to_datetime(Time::midnight())
}

fn end_of(date: Date) -> DateTime {
    date.at(23, 59, 0, 0)
}

fn later(date: Date, span: Span) -> Date {
    date.saturating_add(span)
}

/// Never before the year 0, so that keys can hold the year in four digits.
fn earlier(date: Date, span: Span) -> Date {
    date.saturating_sub(span).max(Date::ZERO)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TODAY: &str = "2026-11-21";

    fn window(from: Option<&str>, to: Option<&str>) -> Result<String, WindowError> {
        let from = from.map(|text| parse_from(text).unwrap());
        let to = to.map(|text| parse_to(text).unwrap());
        let window = Ends::new(from, to)?.window(TODAY.parse().unwrap());
        Ok(format!("{:.0} {:.0}", window.from, window.to))
    }

    #[rstest]
    #[case::nothing(None, None, "2025-11-21T00:00:00 2028-11-21T23:59:00")]
    #[case::one_day(
        Some("2026-03-01"),
        Some("2026-03-01"),
        "2026-03-01T00:00:00 2026-03-01T23:59:00"
    )]
    #[case::times(
        Some("2026-03-01T10:00:31"),
        Some("2026-03-01T10:00"),
        "2026-03-01T10:00:00 2026-03-01T10:00:00"
    )]
    #[case::only_from(Some("2026-01-31"), None, "2026-01-31T00:00:00 2029-01-31T23:59:00")]
    #[case::only_to(None, Some("2026-01-31"), "2023-01-31T00:00:00 2026-01-31T23:59:00")]
    #[case::from_leap_day(Some("2024-02-29"), None, "2024-02-29T00:00:00 2027-02-28T23:59:00")]
    #[case::to_leap_day(None, Some("2024-02-29"), "2021-02-28T00:00:00 2024-02-29T23:59:00")]
    #[case::end_of_time(Some("9999-12-31"), None, "9999-12-31T00:00:00 9999-12-31T23:59:00")]
    #[case::start_of_time(None, Some("0001-06-01"), "0000-01-01T00:00:00 0001-06-01T23:59:00")]
    fn a_window_covers_whole_days_and_both_ends(
        #[case] from: Option<&str>,
        #[case] to: Option<&str>,
        #[case] expected: &str,
    ) {
        assert_eq!(window(from, to), Ok(expected.to_owned()));
    }

    #[rstest]
    #[case("2026-03-02", "2026-03-01", Err(WindowError::Backwards))]
    #[case("2026-03-01T10:01", "2026-03-01T10:00", Err(WindowError::Backwards))]
    #[case("2026-03-01", "2029-03-02", Err(WindowError::TooWide))]
    #[case("2026-03-01", "2029-03-01", Ok(()))]
    fn a_window_goes_forward_and_is_36_months_at_most(
        #[case] from: &str,
        #[case] to: &str,
        #[case] expected: Result<(), WindowError>,
    ) {
        assert_eq!(window(Some(from), Some(to)).map(|_| ()), expected);
    }

    #[rstest]
    #[case("")]
    #[case("2026-02-29")]
    #[case("2026-3-1")]
    #[case("2026-03-01T10:00Z")]
    #[case("2026-03-01T10:00+09:00")]
    #[case("2026-03-01T25:00")]
    #[case("2026-03-01 10:00 09:00")]
    #[case("yesterday")]
    #[case("2026-03-01\u{0}")]
    fn an_end_is_a_real_date_or_a_local_time(#[case] text: &str) {
        assert_eq!(parse_from(text), Err(EndFormat));
        assert_eq!(parse_to(text), Err(EndFormat));
    }

    #[rstest]
    #[case("2026-03-01T10:00")]
    #[case("2026-03-01 10:00")]
    #[case("2026-03-01T10:00:59.000")]
    fn an_end_is_written_as_a_ticket_time_is(#[case] text: &str) {
        assert_eq!(parse_from(text), Ok(jiff::civil::date(2026, 3, 1).at(10, 0, 0, 0)));
    }
}
