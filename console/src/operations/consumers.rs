//! The consumers of the stream, where one does not keep up: paused, failing, with events that wait
//! for long, or with batches that were given up.

use maud::{Markup, html};
use operator::given_up::Batch;
use operator::status::ConsumerState;

use crate::action::Action;
use crate::address::OPERATIONS;
use crate::app::App;
use crate::desk::Seen;
use crate::parts::{head, wide};
use crate::text::count;

/// What is wrong with them; nothing while nothing is.
pub(super) fn part(app: &App, seen: &Seen) -> Markup {
    let are_well = seen.consumers.iter().all(ConsumerState::is_well);
    let is_well = are_well && seen.late.found == 0 && seen.batches.all == 0;
    html! {
        section #consumers {
            @if !is_well {
                h2 { "Consumers of the stream" }
                @if seen.late.found > 0 {
                    p.notice.bad {
                        (count(seen.late.found as u64, "event"))
                        @if !seen.late.is_whole { " or more" }
                        " have waited to be published for more than ten minutes."
                    }
                }
                @if !are_well { (wide("Consumers of the stream", &states(app, &seen.consumers))) }
                @if seen.batches.all > 0 { (batches(app, seen)) }
            }
        }
    }
}

fn states(app: &App, consumers: &[ConsumerState]) -> Markup {
    html! {
        table.acts {
            (head(&["Consumer", "State", "Last batch", "What to do"]))
            tbody {
                @for one in consumers {
                    tr {
                        th scope="row" { (one.consumer.name()) }
                        td { (one.state) }
                        td { span.cause { (one.last_result) } }
                        td { @if one.state == "Disabled" { (resume(app, one.consumer.name())) } }
                    }
                }
            }
        }
    }
}

fn resume(app: &App, consumer: &str) -> Markup {
    let action = Action {
        id: format!("resume-{consumer}"),
        to: format!("{OPERATIONS}/consumers/resume"),
        name: "Resume",
        about: consumer,
        fields: &[("consumer", consumer)],
        command: app.command("resume", &format!(" {consumer}")),
    };
    action.form(&app.visitor.token)
}

fn batches(app: &App, seen: &Seen) -> Markup {
    let table = html! {
        table.acts {
            (head(&["Batch", "Consumer", "Records", "Why it was given up", "What to do"]))
            tbody { @for batch in &seen.batches.batches { (row(app, batch)) } }
        }
    };
    html! {
        p.note {
            "Batches of stream records that were given up: " (seen.batches.all)
            ". Each sweep hands them over again too."
        }
        (wide("Batches that were given up", &table))
    }
}

fn row(app: &App, batch: &Batch) -> Markup {
    let request = batch.request.as_ref();
    let action = Action {
        id: format!("redrive-{}", batch.name),
        to: format!("{OPERATIONS}/batches/redrive"),
        name: "Hand over again",
        about: &batch.name,
        fields: &[("batch", &batch.name)],
        command: app.command("on-failure redrive", &format!(" {}", batch.name)),
    };
    html! {
        tr {
            th scope="row" { (batch.name) }
            td { (request.map_or("", |request| request.function())) }
            td.number { @if let Some(records) = &batch.records { (records.batch_size) } }
            td { (request.map_or("it cannot be read", |request| &request.condition)) }
            td { (action.form(&app.visitor.token)) }
        }
    }
}
