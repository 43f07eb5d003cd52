//! The types of events, as a table.

use domain::contract::EventSchema;

use super::table::Table;
use crate::palette::Palette;

/// A line for each type.
pub(crate) fn render(events: &[EventSchema], palette: Palette) -> String {
    let mut table = Table::with_header(["TYPE", "WHAT HAPPENED"], palette);
    for event in events {
        table.row([event.event_type.to_owned(), event.description.clone()]);
    }
    table.text()
}
