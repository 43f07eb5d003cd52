//! The ordered bus's subscribers and their positions.

use maud::{Markup, html};

use crate::parts::{head, wide};
use crate::ports::Subscriber;

/// A row for each; nothing where there is no ordered bus.
pub(super) fn part(standings: Option<&[Subscriber]>) -> Markup {
    html! {
        section #subscribers {
            @if let Some(standings) = standings {
                h2 { "Subscribers of the ordered bus" }
                @if standings.is_empty() {
                    p.note { "None. The operation CreateSubscriber makes one." }
                } @else { (wide("Subscribers", &table(standings))) }
            }
        }
    }
}

fn table(standings: &[Subscriber]) -> Markup {
    html! {
        table {
            (head(&["Subscriber", "State", "Order", "Target", "Position", "On their way", "Not settled"]))
            tbody { @for one in standings { (row(one)) } }
        }
    }
}

fn row(one: &Subscriber) -> Markup {
    html! {
        tr {
            th scope="row" { (one.name) }
            td {
                @if one.is_running { span.status.good { "RUNNING" } } @else { span.status.off { "STOPPED" } }
            }
            td { @if one.is_ordered { "within a group" } @else { "none" } }
            td { code { (one.target) } }
            td.number { (one.position) }
            td.number { (one.open) }
            td.number { (one.lag) }
        }
    }
}
