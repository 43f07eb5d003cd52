//! Text from others: names, reasons, whole answers.

use std::fmt::Display;

use domain::text::visible;

/// The text on one line, with characters that would affect the surrounding text as escapes.
pub(crate) fn outside(text: impl Display) -> String {
    visible(&text.to_string())
}
