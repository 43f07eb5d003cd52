//! The executions of the trip's sagas.

use maud::{Markup, html};

use super::read::Trip;
use crate::parts::status;
use crate::ports::Saga;
use crate::saga::{Run, attempts, diagram};
use crate::text::{between, span};

/// A diagram and a time line for each execution.
pub(super) fn part(trip: &Trip) -> Markup {
    html! {
        section #saga aria-label="Saga" {
            @for (number, run) in trip.runs.iter().enumerate() { (execution(trip, run, number)) }
            @if trip.runs.is_empty() {
                h2 { "Saga" }
                p.note { "Histories are kept of the executions that ended last. This one is gone; the events below tell what happened." }
            }
        }
    }
}

fn execution(trip: &Trip, run: &Run, number: usize) -> Markup {
    let took = span(between(run.started, run.end(trip.now)));
    html! {
        div.execution {
            h2 { (heading(run)) " " (status(&run.status)) }
            p.note {
                @if run.is_running() { "Running for " (took) } @else { "Took " (took) }
                ". Machine " code { (run.machine) } ", execution " code { (run.name) }
                @if let Some(error) = &run.error { ", ended with " code { (error) } }
            }
            @if let Some(machine) = trip.machines.get(&run.saga) {
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

fn heading(run: &Run) -> &'static str {
    match run.saga {
        Saga::Booking => "Booking saga",
        Saga::Compensation => "Compensation chain",
    }
}
