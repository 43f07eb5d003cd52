//! Two kinds of time: an instant on the UTC line, and the local time printed on a ticket.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// An instant with the precision that is stored and published: one millisecond.
///
/// Written as RFC 3339 in UTC with exactly three decimals, so that texts order as instants do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The instant that lies `millis` milliseconds after the Unix epoch, or the
    /// nearest one that can be represented.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        let (min, max) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
        let nearest = if millis < 0 { min } else { max };
        Self(jiff::Timestamp::from_millisecond(millis).unwrap_or(nearest))
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Whole seconds since the Unix epoch: the unit of DynamoDB's TTL.
    #[must_use]
    pub fn as_seconds(self) -> i64 {
        self.0.as_second()
    }

    /// The same instant as `jiff` knows it.
    #[must_use]
    pub fn as_jiff(self) -> jiff::Timestamp {
        self.0
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self::from_millis(instant.as_millisecond())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

impl FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(Self::from)
    }
}

impl TryFrom<String> for Timestamp {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

/// The local time printed on a ticket, with its UTC offset where one was given.
///
/// Search orders by the printed time, whatever the offset. No time zone is known, so an hour that a change
/// of the clocks skips or repeats is taken as it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketTime {
    local: DateTime,
    offset: Option<Offset>,
}

impl TicketTime {
    /// Reads `YYYY-MM-DDThh:mm[:ss]`, optionally followed by `Z` or `±hh:mm`.
    ///
    /// # Errors
    /// A sentence that names the expected form, for any other text or an impossible date.
    pub fn parse(text: &str) -> Result<Self, TimeFormat> {
        let (local, offset) = split_offset(text);
        let offset = match offset {
            None => None,
            Some(offset) => Some(parse_offset(offset).ok_or(TimeFormat)?),
        };
        // A leap second would be read as the one before it: not what the ticket says.
        let fits = has_form(local, &["dddd-dd-ddTdd:dd", "dddd-dd-ddTdd:dd:dd"])
            && local.get(17..) != Some("60");
        let local = fits.then(|| local.parse().ok()).flatten().ok_or(TimeFormat)?;
        Ok(Self { local, offset })
    }

    /// The printed date.
    #[must_use]
    pub fn date(&self) -> Date {
        self.local.date()
    }

    /// The printed date and time.
    #[must_use]
    pub fn local(&self) -> DateTime {
        self.local
    }

    /// Whether an offset was given.
    #[must_use]
    pub fn has_offset(&self) -> bool {
        self.offset.is_some()
    }

    /// The instant, where an offset was given.
    #[must_use]
    pub fn instant(&self) -> Option<jiff::Timestamp> {
        self.offset?.to_timestamp(self.local).ok()
    }

    /// The printed time to the minute, `YYYY-MM-DDThh:mm`: always 16 characters, so that keys order.
    #[must_use]
    pub fn to_minute(&self) -> String {
        self.local.strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// Whether this time is after `other`: as instants where both have offsets, as printed where
    /// neither has one, and not comparable (`None`) where only one has.
    #[must_use]
    pub fn is_after(&self, other: &Self) -> Option<bool> {
        match (self.instant(), other.instant()) {
            (Some(this), Some(other)) => Some(this > other),
            (None, None) => Some(self.local > other.local),
            _ => None,
        }
    }
}

impl fmt::Display for TicketTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.local.strftime("%Y-%m-%dT%H:%M:%S"))?;
        match self.offset {
            None => Ok(()),
            Some(offset) => write_offset(f, offset),
        }
    }
}

impl TryFrom<String> for TicketTime {
    type Error = TimeFormat;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<TicketTime> for String {
    fn from(time: TicketTime) -> Self {
        time.to_string()
    }
}

/// Why a text is no [`TicketTime`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a real date and time written YYYY-MM-DDThh:mm:ss, with or without an offset such as +09:00"
)]
pub struct TimeFormat;

/// Why a text is no calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a real date written YYYY-MM-DD")]
pub struct DateFormat;

/// Reads `YYYY-MM-DD`.
///
/// # Errors
/// For any other form and for dates that do not exist, such as 30 February.
pub fn parse_date(text: &str) -> Result<Date, DateFormat> {
    has_form(text, &["dddd-dd-dd"]).then(|| text.parse().ok()).flatten().ok_or(DateFormat)
}

fn split_offset(text: &str) -> (&str, Option<&str>) {
    // The date part holds '-' as well, so the search starts after it.
    let start = text.find('T').unwrap_or(text.len());
    match text[start..].find(['Z', '+', '-']) {
        Some(at) => (&text[..start + at], Some(&text[start + at..])),
        None => (text, None),
    }
}

fn parse_offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    if !has_form(text, &["+dd:dd", "-dd:dd"]) {
        return None;
    }
    let hours: i32 = text[1..3].parse().ok()?;
    let minutes: i32 = text[4..6].parse().ok()?;
    let seconds = hours * 3600 + minutes * 60;
    // The widest offset in use is UTC+14; minutes beyond 59 are a slip of the pen.
    let in_use = minutes < 60 && seconds <= 14 * 3600;
    let sign = if text.starts_with('-') { -1 } else { 1 };
    in_use.then(|| Offset::from_seconds(sign * seconds).ok())?
}

fn write_offset(f: &mut fmt::Formatter<'_>, offset: Offset) -> fmt::Result {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Whether `text` has one of the `forms`, in which `d` stands for a digit.
fn has_form(text: &str, forms: &[&str]) -> bool {
    let fits = |form: &&str| {
        form.len() == text.len()
            && form.bytes().zip(text.bytes()).all(|(form, byte)| match form {
                b'd' => byte.is_ascii_digit(),
                other => byte == other,
            })
    };
    forms.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2026-03-01T10:00:00", "2026-03-01T10:00:00", "2026-03-01T10:00")]
    #[case("2013-03-01T05:15-05:00", "2013-03-01T05:15:00-05:00", "2013-03-01T05:15")]
    #[case("2026-03-01T10:00:59Z", "2026-03-01T10:00:59+00:00", "2026-03-01T10:00")]
    #[case("2026-03-01T10:00:00+05:45", "2026-03-01T10:00:00+05:45", "2026-03-01T10:00")]
    fn a_ticket_time_prints_what_was_read(
        #[case] text: &str,
        #[case] printed: &str,
        #[case] minute: &str,
    ) {
        let time = TicketTime::parse(text).unwrap();
        assert_eq!(time.to_string(), printed);
        assert_eq!(time.to_minute(), minute);
        assert_eq!(TicketTime::parse(printed), Ok(time));
    }

    #[rstest]
    #[case("")]
    #[case("2026-03-01")]
    #[case("2026-02-30T10:00:00")]
    #[case("2026-03-01T24:00:00")]
    #[case("2026-12-31T23:59:60")]
    #[case("2026-03-01 10:00:00")]
    #[case("2026-03-01T10:00:00+15:00")]
    #[case("2026-03-01T10:00:00+09:60")]
    #[case("2026-03-01T10:00:00[Asia/Tokyo]")]
    #[case("+12026-03-01T10:00:00")]
    #[case("2026-03-01T10:00:00.5")]
    #[case("٢٠٢٦-03-01T10:00:00")]
    fn anything_else_is_no_ticket_time(#[case] text: &str) {
        assert_eq!(TicketTime::parse(text), Err(TimeFormat));
    }

    #[rstest]
    #[case("2026-02-28", true)]
    #[case("2024-02-29", true)]
    #[case("2026-02-29", false)]
    #[case("2026-2-9", false)]
    #[case("2026-13-01", false)]
    fn a_date_must_exist(#[case] text: &str, #[case] exists: bool) {
        assert_eq!(parse_date(text).is_ok(), exists);
    }

    #[test]
    fn times_with_offsets_compare_as_instants_and_mixed_ones_not_at_all() {
        let time = |text| TicketTime::parse(text).unwrap();
        let (tokyo, london) = (time("2026-03-01T10:00+09:00"), time("2026-03-01T02:00Z"));
        assert_eq!(london.is_after(&tokyo), Some(true));
        assert_eq!(tokyo.is_after(&time("2026-03-01T09:00")), None);
    }

    #[test]
    fn a_timestamp_keeps_three_decimals_and_round_trips() {
        let timestamp = Timestamp::from_millis(1_772_326_800_120);
        assert_eq!(timestamp.to_string(), "2026-03-01T01:00:00.120Z");
        assert_eq!(timestamp.to_string().parse::<Timestamp>().unwrap(), timestamp);
    }
}
