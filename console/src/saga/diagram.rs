//! The diagram of a machine, with the way that an execution took.

use maud::{Markup, html};

use super::layout::{Layout, Place};
use super::machine::{Kind, Machine, State};
use super::run::{Run, Step};
use crate::text::count;

/// The size of a state's box, and the room between boxes, in the drawing's units.
const BOX: (f64, f64) = (192.0, 48.0);
const GAP: (f64, f64) = (42.0, 62.0);
const MARGIN: f64 = 8.0;
/// How far from its middle a slanting way leaves a box.
const ASIDE: f64 = 44.0;
/// The length of an arrow's head.
const HEAD: f64 = 7.0;

/// The machine as SVG, the states and ways of the run lit. `id` is the drawing's own in the page.
pub(crate) fn diagram(id: &str, machine: &Machine, run: &Run) -> Markup {
    let layout = Layout::of(machine);
    let (columns, rows) = layout.size();
    let width = columns as f64 * (BOX.0 + GAP.0) - GAP.0 + 2.0 * MARGIN;
    let height = rows as f64 * (BOX.1 + GAP.1) - GAP.1 + 2.0 * MARGIN;
    let (title, told) = (format!("{id}-title"), format!("{id}-told"));
    html! {
        svg.diagram role="img" aria-labelledby={ (title) " " (told) }
            viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) {
            title id=(title) { "The state machine " (machine_name(run)) " with the way that was taken" }
            desc id=(told) { (told_way(run)) }
            @for (from, to) in ways(machine, run) { (way(&layout, from, to, run)) }
            @for state in &machine.states {
                @if let Some(place) = layout.place(&state.name) { (boxed(state, place, run)) }
            }
        }
    }
}

fn machine_name(run: &Run) -> &str {
    &run.machine
}

/// The way in words.
fn told_way(run: &Run) -> String {
    let steps: Vec<_> = run
        .steps
        .iter()
        .map(|step| match step.error() {
            Some(error) => format!("{} (failed: {error})", step.state),
            None => step.state.clone(),
        })
        .collect();
    format!("{}. Status: {}.", steps.join(", then "), run.status)
}

/// All ways, those that were taken last, so that they are drawn above the others.
fn ways<'a>(machine: &'a Machine, run: &Run) -> Vec<(&'a str, &'a str)> {
    let mut ways = machine.ways();
    ways.sort_by_key(|(from, to)| run.took(from, to));
    ways
}

fn boxed(state: &State, place: Place, run: &Run) -> Markup {
    let (x, y) = corner(place);
    let step = run.steps.iter().rev().find(|step| step.state == state.name);
    let (class, said) = step.map_or(("idle", String::new()), |step| lit(state, step, run));
    let rounded = if state.kind == Kind::Task { 8.0 } else { BOX.1 / 2.0 };
    let line = if said.is_empty() { BOX.1 / 2.0 + 4.0 } else { BOX.1 / 2.0 - 4.0 };
    html! {
        g class={ "state " (class) } {
            rect x=(x) y=(y) width=(BOX.0) height=(BOX.1) rx=(rounded) {}
            text.name x=(x + BOX.0 / 2.0) y=(y + line) { (state.name) }
            @if !said.is_empty() {
                text.said x=(x + BOX.0 / 2.0) y=(y + BOX.1 / 2.0 + 12.0) { (said) }
            }
        }
    }
}

/// The class of a state that was entered, and a word about it.
fn lit(state: &State, step: &Step, run: &Run) -> (&'static str, String) {
    match state.kind {
        Kind::Succeed => return ("good", "the end".to_owned()),
        Kind::Fail => return ("bad", "the end".to_owned()),
        Kind::Task => {}
    }
    let tries = step.attempts.len() as u64;
    let is_last = run.steps.last().is_some_and(|last| last.state == step.state);
    let is_open = step.attempts.last().is_none_or(|attempt| attempt.ended.is_none());
    let many = (tries > 1).then(|| count(tries, "attempt").replace("attempts", "tries"));
    match (step.error(), is_last && run.is_running()) {
        (Some(_), true) => ("busy", format!("waits after {}", count(tries, "failure"))),
        (None, true) if is_open => ("busy", many.unwrap_or_else(|| "running".to_owned())),
        (Some(error), _) => ("bad", error.to_owned()),
        (None, _) => ("good", many.unwrap_or_else(|| "done".to_owned())),
    }
}

fn corner((column, row): Place) -> (f64, f64) {
    (MARGIN + column as f64 * (BOX.0 + GAP.0), MARGIN + row as f64 * (BOX.1 + GAP.1))
}

fn way(layout: &Layout, from: &str, to: &str, run: &Run) -> Markup {
    let (Some(begin), Some(end)) = (layout.place(from), layout.place(to)) else { return html! {} };
    let (x1, y1, x2, y2) = ends(begin, end);
    let class = if run.took(from, to) { "way taken" } else { "way" };
    let head = head(x1, y1, x2, y2);
    html! {
        g class=(class) {
            line x1=(x1) y1=(y1) x2=(x2) y2=(y2) {}
            polygon points=(head) {}
        }
    }
}

/// Where a way leaves one box and reaches the other.
fn ends(from: Place, to: Place) -> (f64, f64, f64, f64) {
    let ((x1, y1), (x2, y2)) = (middle(from), middle(to));
    let (right, down) = ((x2 - x1).signum(), (y2 - y1).signum());
    if from.1 == to.1 {
        return (x1 + right * BOX.0 / 2.0, y1, x2 - right * BOX.0 / 2.0, y2);
    }
    let aside = if from.0 == to.0 { 0.0 } else { right * ASIDE };
    (x1 + aside, y1 + down * BOX.1 / 2.0, x2 - aside, y2 - down * BOX.1 / 2.0)
}

fn middle(place: Place) -> (f64, f64) {
    let (x, y) = corner(place);
    (x + BOX.0 / 2.0, y + BOX.1 / 2.0)
}

/// An arrow's head at the end of a line.
fn head(x1: f64, y1: f64, x2: f64, y2: f64) -> String {
    let length = (x2 - x1).hypot(y2 - y1).max(1.0);
    let (dx, dy) = ((x2 - x1) / length * HEAD, (y2 - y1) / length * HEAD);
    let (left, right) =
        ((x2 - dx - dy / 2.0, y2 - dy + dx / 2.0), (x2 - dx + dy / 2.0, y2 - dy - dx / 2.0));
    format!("{x2:.1},{y2:.1} {:.1},{:.1} {:.1},{:.1}", left.0, left.1, right.0, right.1)
}

#[cfg(test)]
mod tests {
    use super::super::machine::tests::deployed;
    use super::super::run::tests::declined;
    use super::*;

    #[test]
    fn the_way_that_was_taken_is_lit_and_told_in_words() {
        let [booking, _] = deployed();
        let drawn = diagram("d", &booking, &declined()).0;
        assert_eq!(drawn.matches("class=\"way taken\"").count(), 3, "{drawn}");
        assert_eq!(drawn.matches("class=\"way\"").count(), booking.ways().len() - 3);
        assert!(drawn.contains("ProcessPayment (failed: PaymentDeclined), then CancelHotel"));
        for (class, states) in [("good", 2), ("bad", 1), ("busy", 1), ("idle", 5)] {
            assert_eq!(
                drawn.matches(&format!("class=\"state {class}\"")).count(),
                states,
                "{class}"
            );
        }
    }
}
