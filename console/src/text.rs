//! Times and lengths as people read them.

use domain::Timestamp;
use maud::{Markup, html};

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// A length of time: `12 ms`, `1.3 s`, `2 min 5 s`, `3 h 10 min`.
pub(crate) fn span(millis: u64) -> String {
    match millis {
        ..SECOND => format!("{millis} ms"),
        SECOND..MINUTE => {
            let tenths = millis / 100;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
        MINUTE..HOUR => format!("{} min {} s", millis / MINUTE, millis % MINUTE / SECOND),
        _ => format!("{} h {} min", millis / HOUR, millis % HOUR / MINUTE),
    }
}

/// The time from one instant to another, in milliseconds.
pub(crate) fn between(earlier: Timestamp, later: Timestamp) -> u64 {
    u64::try_from(later.since(earlier).as_millis()).unwrap_or(u64::MAX)
}

/// The time of day; the whole instant is in the element.
pub(crate) fn clock_time(at: Timestamp) -> Markup {
    let (whole, short) = (at.to_string(), at.as_jiff().strftime("%H:%M:%S%.3f").to_string());
    html! { time datetime=(whole) title=(whole) { (short) } }
}

/// Day and time to the second; the whole instant is in the element.
pub(crate) fn day_and_time(at: Timestamp) -> Markup {
    let (whole, short) = (at.to_string(), at.as_jiff().strftime("%Y-%m-%d %H:%M:%S").to_string());
    html! { time datetime=(whole) title=(whole) { (short) } }
}

/// A ticket's time, which has seconds that are always zero: `2026-03-01 10:00 +09:00`.
pub(crate) fn ticket_time(time: &str) -> String {
    let (to_minute, rest) = time.split_at_checked("2026-03-01T10:00".len()).unwrap_or((time, ""));
    let offset = rest.trim_start_matches(":00");
    format!("{} {offset}", to_minute.replace('T', " ")).trim_end().to_owned()
}

/// `1 event`, `2 events`.
pub(crate) fn count(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {one}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_s_time_is_shown_to_the_minute_with_its_offset() {
        for (time, shown) in [
            ("2026-03-01T10:00:00", "2026-03-01 10:00"),
            ("2026-03-01T10:00:00+09:00", "2026-03-01 10:00 +09:00"),
            ("soon", "soon"),
        ] {
            assert_eq!(ticket_time(time), shown);
        }
    }

    #[test]
    fn a_length_has_the_unit_in_which_people_say_it() {
        for (millis, said) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1_349, "1.3 s"),
            (59_999, "59.9 s"),
            (125_000, "2 min 5 s"),
            (11_400_000, "3 h 10 min"),
        ] {
            assert_eq!(span(millis), said);
        }
    }
}
