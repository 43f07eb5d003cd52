//! Text that others wrote: names, reasons, whole answers.

use std::fmt::Display;

use domain::text::visible;

/// The text on one line, with what would act on the text around it written as an escape.
pub(crate) fn outside(text: impl Display) -> String {
    visible(&text.to_string())
}
