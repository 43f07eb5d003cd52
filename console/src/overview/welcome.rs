//! What a system without a trip shows first.

use maud::{Markup, html};

use crate::address::BOOK;
use crate::app::App;
use crate::book;
use crate::pulse::Beat;

/// An invitation to book a first trip; nothing once something has happened.
pub(super) fn part(app: &App, beat: &Beat) -> Markup {
    let has_news = beat.tally.as_ref().is_some_and(|tally| !tally.latest.is_empty());
    let is_idle = !has_news && beat.work.open.found.is_empty();
    html! {
        section #welcome {
            @if is_idle {
                div.empty {
                    h2 {
                        @if beat.tally.is_some() { "Nothing has happened in the last ten minutes" }
                        @else { "Nothing is under way" }
                    }
                    p {
                        "Book a trip and watch its saga: a flight, a hotel and a payment, all of it or none. "
                        "Then book one whose payment is declined, and see the flight and the hotel given back."
                    }
                    (book::one_click(app))
                    p { a href=(BOOK) { "Choose the flight and the faults first" } }
                }
            }
        }
    }
}
