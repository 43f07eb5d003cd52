//! Times in the form in which they are written here, read without the general parsers: a record of
//! the stream has five of them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The length of `YYYY-MM-DDThh:mm:ss`.
const LOCAL: usize = 19;

/// Reads `YYYY-MM-DDThh:mm:ss.sssZ`. `None` for any other text, which may be an instant too.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let (local, rest) = text.as_bytes().split_at_checked(LOCAL)?;
    let [b'.', a, b, c, b'Z'] = *rest else { return None };
    let millis = i32::from(digit(a)?) * 100 + i32::from(two_digits(b, c)?);
    Offset::UTC.to_timestamp(date_time(local, millis * 1_000_000)?).ok()
}

/// Reads `YYYY-MM-DDThh:mm:ss`, and returns what follows it. `None` for any other text.
pub(super) fn local(text: &str) -> Option<(DateTime, &str)> {
    let (local, rest) = text.split_at_checked(LOCAL)?;
    Some((date_time(local.as_bytes(), 0)?, rest))
}

fn date_time(text: &[u8], nanoseconds: i32) -> Option<DateTime> {
    let [y, e, a, r, b'-', m, o, b'-', d, t, b'T', h, u, b':', i, n, b':', s, c] = *text else {
        return None;
    };
    let year = i16::from(two_digits(y, e)?) * 100 + i16::from(two_digits(a, r)?);
    let (month, day) = (two_digits(m, o)?, two_digits(d, t)?);
    let (hour, minute, second) = (two_digits(h, u)?, two_digits(i, n)?, two_digits(s, c)?);
    DateTime::new(year, month, day, hour, minute, second, nanoseconds).ok()
}

fn two_digits(tens: u8, ones: u8) -> Option<i8> {
    Some(digit(tens)? * 10 + digit(ones)?)
}

fn digit(byte: u8) -> Option<i8> {
    byte.is_ascii_digit().then(|| (byte - b'0').cast_signed())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::parsed;
    use crate::{TicketTime, Timestamp as Instant};

    /// Times of any form and sense: fields of any digits, now and then with a byte changed.
    fn texts(end: &'static str) -> impl Strategy<Value = String> {
        let fields = (0..10_000, 0..20, 0..40, 0..30, 0..70, 0..70, 0..1_000);
        let change = prop::option::weighted(0.3, (0..30_usize, any::<char>()));
        (fields, change).prop_map(
            move |((year, month, day, hour, minute, second, millis), change)| {
                let text =
                    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{end}");
                let mut text: Vec<char> =
                    text.replace("mmm", &format!("{millis:03}")).chars().collect();
                if let Some((at, other)) = change
                    && let Some(place) = text.get_mut(at)
                {
                    *place = other;
                }
                text.into_iter().collect()
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_read_as_an_instant_the_general_parser_reads_alike(text in texts(".mmmZ")) {
            if let Some(instant) = instant(&text) {
                prop_assert_eq!(text.parse::<Timestamp>().unwrap(), instant);
            }
        }

        #[test]
        fn every_instant_that_is_written_is_read(millis in 0..253_402_207_200_000_i64) {
            let written = Instant::from_millis(millis);
            prop_assert_eq!(instant(&written.to_string()), Some(written.as_jiff()));
        }

        #[test]
        fn a_ticket_time_is_what_the_general_parser_reads(text in texts("+09:30")) {
            prop_assert_eq!(TicketTime::parse(&text), parsed(&text));
        }

        #[test]
        fn a_ticket_time_without_an_offset_is_too(text in texts("")) {
            prop_assert_eq!(TicketTime::parse(&text), parsed(&text));
        }
    }
}
