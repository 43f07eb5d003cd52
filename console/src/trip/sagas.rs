//! The executions of the trip's sagas.

use maud::{Markup, html};

use super::read::Trip;
use crate::app::App;
use crate::parts::status;
use crate::saga::{Machine, Run, attempts, diagram};
use crate::text::{between, span};

/// A diagram and a time line for each execution.
pub(super) fn part(app: &App, trip: &Trip) -> Markup {
    html! {
        section #saga aria-label="Saga" {
            @for (number, run) in trip.runs.iter().enumerate() { (execution(app, trip, run, number)) }
            @if trip.runs.is_empty() {
                h2 { "Saga" }
                p.note { "The runner keeps the histories of the executions that ended last. This one is gone; the events below tell what happened." }
            }
        }
    }
}

fn execution(app: &App, trip: &Trip, run: &Run, number: usize) -> Markup {
    let machine = app.runner.describe_machine(&run.machine).ok();
    let machine = machine.map(|machine| Machine::read(&machine.definition));
    let took = span(between(run.started, run.end(trip.now)));
    html! {
        div.execution {
            h2 { (heading(app, run)) " " (status(&run.status)) }
            p.note {
                @if run.is_running() { "Running for " (took) } @else { "Took " (took) }
                ". Machine " code { (run.machine) } ", execution " code { (run.name) }
                @if let Some(error) = &run.error { ", ended with " code { (error) } }
            }
            @if let Some(machine) = &machine {
                div.drawing role="region" aria-label={ "Diagram of " (run.name) } tabindex="0" {
                    (diagram(&format!("diagram-{number}"), machine, run))
                }
            }
            @if run.steps.is_empty() {
                p.note { "Its history is no longer kept." }
            } @else {
                (attempts(run, trip.now))
            }
        }
    }
}

fn heading(app: &App, run: &Run) -> &'static str {
    if run.machine == app.machines[0] { "Booking saga" } else { "Compensation chain" }
}
