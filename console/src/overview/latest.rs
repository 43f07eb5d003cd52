//! The trips that the latest events are about.

use maud::{Markup, html};

use crate::address::TRIPS;
use crate::parts::{event_tone, head, wide};
use crate::pulse::Beat;
use crate::text::clock_time;

/// The list; nothing while there are no events.
pub(super) fn part(beat: &Beat) -> Markup {
    let latest = beat.tally.iter().flat_map(|tally| &tally.latest);
    let is_empty = latest.clone().next().is_none();
    let table = html! {
        table {
            (head(&["Trip", "Latest event", "Why", "Time"]))
            tbody {
                @for trip in latest {
                    tr {
                        th scope="row" {
                            a id={ "trip-" (trip.trip_id) } href={ (TRIPS) "/" (trip.trip_id) } {
                                (trip.trip_id)
                            }
                        }
                        td {
                            span class={ "event " (event_tone(&trip.event_type)) } { (trip.event_type) }
                        }
                        td { (trip.code.as_deref().unwrap_or_default()) }
                        td.time { (clock_time(trip.at)) }
                    }
                }
            }
        }
    };
    html! {
        section #latest {
            @if !is_empty {
                h2 { "Latest trips" }
                (wide("Latest trips", &table))
            }
        }
    }
}
