//! Answers as text for a person. Every function here is pure: it turns a value and a palette into
//! text.

pub(crate) mod event;
pub(crate) mod event_types;
pub(crate) mod search;
mod table;
pub(crate) mod timeline;
pub(crate) mod trip;

use std::fmt::Display;

use domain::text::visible;

pub(crate) use table::Table;

/// A number of things in words, such as `1 trip` and `2 trips`.
pub(crate) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// Text from others on one line, with characters that would affect the surrounding text as escapes:
/// names, reasons, whole answers.
pub(crate) fn outside(text: impl Display) -> String {
    visible(&text.to_string())
}
