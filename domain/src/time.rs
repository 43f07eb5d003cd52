//! Two kinds of time: an instant on the UTC line, and the local time printed on a ticket.

#[cfg(test)]
mod tests;
mod written;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// An instant with the precision that is stored and published: one millisecond.
///
/// Written as RFC 3339 in UTC with exactly three decimals, so that the texts sort by time.
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

    /// The instant that lies `time` before this one.
    #[must_use]
    pub fn before(self, time: Duration) -> Self {
        Self::from_millis(self.as_millis().saturating_sub(millis(time)))
    }

    /// The instant that lies `time` after this one.
    #[must_use]
    pub fn after(self, time: Duration) -> Self {
        Self::from_millis(self.as_millis().saturating_add(millis(time)))
    }

    /// The time from `earlier` to this instant; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let millis = self.as_millis().saturating_sub(earlier.as_millis());
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// The same instant as a `jiff` value.
    #[must_use]
    pub fn as_jiff(self) -> jiff::Timestamp {
        self.0
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
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
        let written = written::instant(text).map_or_else(|| text.parse::<jiff::Timestamp>(), Ok);
        written.map(Self::from)
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

/// The local time printed on a ticket, with its UTC offset if one was given.
///
/// Search sorts by the printed time, whatever the offset. No time zone is known, so an hour that a
/// change of the clocks skips or repeats is taken as printed.
///
/// ```
/// use domain::TicketTime;
///
/// let departure = TicketTime::parse("2026-03-01 10:00+0900")?;
/// assert_eq!(departure.to_string(), "2026-03-01T10:00:00+09:00");
/// assert_eq!(departure.to_minute(), "2026-03-01T10:00");
/// # Ok::<_, domain::time::TimeFormat>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketTime {
    local: DateTime,
    offset: Option<Offset>,
}

impl TicketTime {
    /// Reads `YYYY-MM-DDThh:mm[:ss]`, optionally followed by `Z` or `±hh:mm`, and the variants that
    /// libraries print: a blank for the `T`, a fraction of zeros, an offset of `±hhmm` or `±hh`, a
    /// blank before the offset.
    ///
    /// # Errors
    /// For any other text and for dates that do not exist; the message names the expected form.
    pub fn parse(text: &str) -> Result<Self, TimeFormat> {
        let written = |(local, rest): (_, &str)| {
            let offset = if rest.is_empty() { None } else { Some(parse_offset(rest)?) };
            Some(Self { local, offset })
        };
        written::local(text).and_then(written).map_or_else(|| parsed(text), Ok)
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

    /// The printed time to the minute, `YYYY-MM-DDThh:mm`: always 16 characters, so that keys sort.
    #[must_use]
    pub fn to_minute(&self) -> String {
        to_minute(self.local)
    }

    /// The time from `other` to this one: between the instants if both have offsets, between the
    /// printed times if neither has one, `None` if only one has. Negative if this one is earlier.
    #[must_use]
    pub fn since(&self, other: &Self) -> Option<SignedDuration> {
        let printed = self.local.duration_since(other.local);
        match (self.offset, other.offset) {
            (None, None) => Some(printed),
            (Some(here), Some(there)) => {
                let ahead = here.seconds() - there.seconds();
                Some(printed - SignedDuration::from_secs(i64::from(ahead)))
            }
            _ => None,
        }
    }
}

/// A local time to the minute, `YYYY-MM-DDThh:mm`.
#[must_use]
pub fn to_minute(local: DateTime) -> String {
    local.strftime("%Y-%m-%dT%H:%M").to_string()
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

impl FromStr for TicketTime {
    type Err = TimeFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
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

/// The text is not a [`TicketTime`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a real date and time written YYYY-MM-DDThh:mm:ss, with or without an offset such as +09:00"
)]
pub struct TimeFormat;

/// The text is not a calendar date.
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

const LOCAL_FORMS: [&str; 4] =
    ["dddd-dd-ddTdd:dd", "dddd-dd-dd dd:dd", "dddd-dd-ddTdd:dd:dd", "dddd-dd-dd dd:dd:dd"];
const OFFSET_FORMS: [&str; 6] = ["+dd:dd", "-dd:dd", "+dddd", "-dddd", "+dd", "-dd"];
/// Most digits of a fraction: nanoseconds.
const MAX_FRACTION: usize = 9;

/// A ticket's time in any of its forms.
fn parsed(text: &str) -> Result<TicketTime, TimeFormat> {
    let (local, offset) = split_offset(text);
    let offset = match offset {
        None => None,
        Some(offset) => Some(parse_offset(offset).ok_or(TimeFormat)?),
    };
    let local = without_fraction(local).ok_or(TimeFormat)?;
    // A leap second would be read as the one before it: not what the ticket says.
    let fits = has_form(local, &LOCAL_FORMS) && local.get(17..) != Some("60");
    let local = fits.then(|| local.parse().ok()).flatten().ok_or(TimeFormat)?;
    Ok(TicketTime { local, offset })
}

fn split_offset(text: &str) -> (&str, Option<&str>) {
    // The date part holds '-' as well, so the search starts after it.
    let start = text.find(['T', ' ']).unwrap_or(text.len());
    match text[start..].find(['Z', '+', '-']) {
        Some(at) => {
            let (local, offset) = text.split_at(start + at);
            (local.strip_suffix(' ').unwrap_or(local), Some(offset))
        }
        None => (text, None),
    }
}

/// The time without the fraction of its seconds, which must be zero: tickets are printed to the
/// minute.
fn without_fraction(local: &str) -> Option<&str> {
    let Some((whole, fraction)) = local.split_once('.') else {
        return Some(local);
    };
    let is_zero =
        (1..=MAX_FRACTION).contains(&fraction.len()) && fraction.bytes().all(|digit| digit == b'0');
    (is_zero && has_form(whole, &LOCAL_FORMS[2..])).then_some(whole)
}

fn parse_offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    if !has_form(text, &OFFSET_FORMS) {
        return None;
    }
    let hours: i32 = text[1..3].parse().ok()?;
    let minutes: i32 = match text[3..].trim_start_matches(':') {
        "" => 0,
        minutes => minutes.parse().ok()?,
    };
    let seconds = hours * 3600 + minutes * 60;
    // The widest offset in use is UTC+14; minutes beyond 59 are a typing error.
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
