//! The trip's status, and what an operator may do about it.

use maud::{Markup, html};
use serde_json::Value;

use super::read::Trip;
use crate::address::TRIPS;
use crate::app::App;
use crate::mend;
use crate::parts::{money, status};
use crate::problem::code_link;
use crate::saga::Run;
use crate::text::{day_and_time, span};

/// Id, status, the reason of a failure, and the button that cancels.
pub(super) fn part(app: &App, trip: &Trip) -> Markup {
    let body = trip.body.as_ref();
    html! {
        section #summary.summary {
            p.crumb { a href=(TRIPS) { "Trips" } }
            div.title {
                h1 { (trip.id.as_str()) }
                p.state role="status" { (status(trip.status())) (progress(body, trip)) }
            }
            @if let Some(body) = body { (failure(&body["failure"])) (facts(body)) }
            @if trip.status() == "CONFIRMED" { (cancel(app, trip)) }
            @if let Some(run) = trip.given_up() { (given_up(app, trip, run)) }
        }
    }
}

fn progress(body: Option<&Value>, trip: &Trip) -> Markup {
    let Some(body) = body else {
        return html! { span.said { "its saga has begun; nothing is written yet" } };
    };
    let progress = &body["progress"];
    let Some(step) = progress["waits_for"].as_str() else { return html! {} };
    let since = progress["since"].as_str().and_then(|since| since.parse().ok());
    let waited = since.map(|since| span(crate::text::between(since, trip.now) / 1_000 * 1_000));
    html! {
        span.said {
            "waits for " b { (step) }
            @if let Some(waited) = waited { " since " (waited) }
            @if progress["stalled"] == true { ". Nobody tries any more: it waits for an operator." }
            @if let Some(error) = progress["gave_up"]["error"].as_str() { " The last error was " code { (error) } "." }
        }
    }
}

fn failure(failure: &Value) -> Markup {
    let Some(code) = failure["code"].as_str() else { return html! {} };
    let errors: &[Value] = failure["errors"].as_array().map_or(&[], Vec::as_slice);
    html! {
        div.notice.bad {
            p { strong { (code) } " " (failure["detail"].as_str().unwrap_or_default()) " · " (code_link(code)) }
            @if !errors.is_empty() {
                ul {
                    @for error in errors {
                        li {
                            code { (error["field"].as_str().unwrap_or_default()) } " "
                            (error["detail"].as_str().unwrap_or_default())
                        }
                    }
                }
            }
        }
    }
}

fn facts(body: &Value) -> Markup {
    let time = |member: &str| {
        let at = body[member].as_str().and_then(|at| at.parse().ok());
        at.map(day_and_time).unwrap_or_default()
    };
    let customer = body["customer_id"].as_str().unwrap_or_default();
    html! {
        dl.facts {
            div { dt { "Customer" } dd { (customer) } }
            div { dt { "Amount" } dd { (money(&body["amount"]).unwrap_or_else(|| "–".to_owned())) } }
            div { dt { "Created" } dd { (time("created_at")) } }
            div { dt { "Last commit" } dd { (time("updated_at")) } }
            div { dt { "Commits" } dd { (body["version"]) } }
        }
    }
}

/// What an operator may do about a trip on which nobody works any more.
fn given_up(app: &App, trip: &Trip, run: &Run) -> Markup {
    html! {
        div.notice.bad {
            p { "Nobody works on this trip any more: its execution ended as " (status(&run.status)) "." }
            @if !run.is_redrivable { p { "It can no longer be continued; its compensation can be run anew." } }
            (mend::actions(app, &trip.id, run.is_redrivable))
            (app.place.note())
        }
    }
}

fn cancel(app: &App, trip: &Trip) -> Markup {
    html! {
        form action={ (TRIPS) "/" (trip.id.as_str()) "/cancel" } method="post" {
            (app.visitor.token.field())
            button #cancel.danger type="submit" { "Cancel this trip" }
        }
    }
}
