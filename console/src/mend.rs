//! The two ways to mend a trip on which nothing works any more.

use domain::TripId;
use maud::{Markup, html};

use crate::action::Action;
use crate::address::TRIPS;
use crate::app::App;

/// Continues the execution where it failed, if it can be continued; or runs the compensation anew.
pub(crate) fn actions(app: &App, trip: &TripId, is_redrivable: bool) -> Markup {
    let action = |command: &str, name| Action {
        id: format!("{command}-{trip}"),
        to: format!("{TRIPS}/{trip}/{command}"),
        name,
        about: trip.as_str(),
        fields: &[],
        command: app.command_about(command, trip),
    };
    html! {
        @if is_redrivable { (action("redrive", "Continue where it stopped").form(&app.visitor.token)) }
        (action("compensate", "Undo what it did").form(&app.visitor.token))
    }
}
