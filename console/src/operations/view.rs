//! The search view: how it compared with the trips last, comparing them, and rebuilding it.

use maud::{Markup, html};

use crate::action::Action;
use crate::address::OPERATIONS;
use crate::app::App;
use crate::desk::Seen;
use crate::jobs::{Ended, Outcome, Running};
use crate::parts::{head, wide};
use crate::text::{count, day_and_time};

/// The last comparison, the job that runs and the last one, and the two actions.
pub(super) fn part(app: &App, seen: &Seen) -> Markup {
    let jobs = app.jobs.state();
    html! {
        section #view {
            h2 { "Search view" }
            p {
                @match &seen.verification {
                    None => { "The view has not been compared with the trips yet." }
                    Some(last) => {
                        "Compared with the trips at " (day_and_time(last.verified_at)) ": "
                        (count(last.trips, "trip")) ", " (count(last.rows, "row")) ", "
                        @if last.findings == 0 { "no difference." }
                        @else { strong.bad { (count(last.findings, "finding")) } "." }
                    }
                }
            }
            @match &jobs.running {
                Some(running) => { (under_way(running)) }
                None => { @if let Some(last) = &jobs.last { (over(last)) } (actions(app)) }
            }
        }
    }
}

fn under_way(running: &Running) -> Markup {
    html! {
        div.notice #job role="status" {
            p { strong { (running.task.name) } @if !running.so_far.is_empty() { ": " (running.so_far) } }
            p.note { "As " code { (running.task.command) } ". It ends when the system stops, and nothing else can be started until then." }
        }
    }
}

fn over(last: &Ended) -> Markup {
    let is_bad = last.outcome.as_ref().map_or(true, |outcome| !outcome.findings.is_empty());
    html! {
        div #job class=(if is_bad { "notice bad" } else { "notice" }) role="status" {
            p { strong { (last.task.name) } " ended at " (day_and_time(last.at)) ": "
                @match &last.outcome { Ok(outcome) => { (outcome.sum) } Err(error) => { (error) } } "."
            }
            @if let Ok(outcome) = &last.outcome { (findings(outcome)) }
        }
    }
}

fn findings(outcome: &Outcome) -> Markup {
    let table = html! {
        table {
            (head(&["Trip", "What is wrong", "What mends it"]))
            tbody {
                @for finding in &outcome.findings {
                    tr {
                        th scope="row" { (finding.subject) }
                        td { span.cause { (finding.reason) } }
                        td { @if let Some(mend) = &finding.mend { code { (mend) } } }
                    }
                }
            }
        }
    };
    html! {
        @if !outcome.findings.is_empty() { (wide("Findings", &table)) }
        @if outcome.more > 0 { p.note { (outcome.more) " more are not shown; the command lists all." } }
    }
}

fn actions(app: &App) -> Markup {
    let orphans = [("remove_orphans", "yes")];
    html! {
        (action(app, "verify", "", "Compare", &[]))
        (action(app, "rebuild", "", "Rebuild", &[]))
        details #rebuild-more {
            summary { "Rebuild also what a rebuild leaves" }
            p {
                "A rebuild writes rows that are missing or late. These also replace rows that say "
                "something else than their trip, or remove rows that have no trip."
            }
            (action(app, "rebuild", "--force", "Replace wrong rows", &[("force", "yes")]))
            (action(app, "rebuild", "--remove-orphans", "Remove rows without a trip", &orphans))
        }
    }
}

/// The button for a command, which has the name of its route, with an option.
fn action(app: &App, command: &str, option: &str, name: &str, fields: &[(&str, &str)]) -> Markup {
    let action = Action {
        id: format!("{command}{option}"),
        to: format!("{OPERATIONS}/view/{command}"),
        name,
        about: "",
        fields,
        command: app.command(command, format!(" {option}").trim_end()),
    };
    action.job(app)
}
