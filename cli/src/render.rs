//! Answers as text for a person. Every function here is pure: it turns a value and a palette into
//! text.

pub(crate) mod event;
pub(crate) mod event_types;
pub(crate) mod search;
mod table;
pub(crate) mod timeline;
pub(crate) mod trip;

use std::fmt::Display;
use std::time::Duration;

use domain::text::visible;

pub(crate) use table::Table;

/// A number of things in words, such as `1 trip` and `2 trips`.
pub(crate) fn count(number: usize, what: &str) -> String {
    let plural = match number {
        1 => "",
        _ if what.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{number} {what}{plural}")
}

/// Text from others on one line, with characters that would affect the surrounding text as escapes:
/// names, reasons, whole answers.
pub(crate) fn outside(text: impl Display) -> String {
    visible(&text.to_string())
}

/// How long something has lasted, in its largest unit.
pub(crate) fn age(time: Duration) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let seconds = time.as_secs();
    let unit = UNITS.into_iter().find(|(unit, _)| seconds >= 2 * unit).unwrap_or((1, "s"));
    format!("{} {}", seconds / unit.0, unit.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_one_unit() {
        for (seconds, shown) in
            [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7_199, "119 min"), (200_000, "2 d")]
        {
            assert_eq!(age(Duration::from_secs(seconds)), shown);
        }
    }
}
