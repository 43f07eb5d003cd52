//! Every attempt of an execution on a time line, with the waits before retries.

use domain::Timestamp;
use maud::{Markup, html};

use super::run::{Attempt, Outcome, Run};
use crate::parts::wide;
use crate::text::{between, span};

/// The width of a time line in its own units; the page stretches it.
const WIDTH: f64 = 1_000.0;

/// A row for each attempt.
pub(crate) fn attempts(run: &Run, now: Timestamp) -> Markup {
    let end = run.end(now);
    let table = html! {
        table.attempts {
            thead {
                tr {
                    th scope="col" { "Step" } th scope="col" { "Try" } th scope="col" { "Outcome" }
                    th scope="col" { "Began" } th scope="col" { "Took" }
                    th.line scope="col" { "Time line of " (span(between(run.started, end))) }
                }
            }
            tbody {
                @for step in &run.steps {
                    @for (number, attempt) in step.attempts.iter().enumerate() {
                        tr {
                            th scope="row" { (step.state) }
                            td { (number + 1) }
                            td { (outcome(attempt)) }
                            td.time { "+" (span(between(run.started, attempt.begun))) }
                            td.time { (took(attempt)) }
                            td.line { (bar(run, before(&step.attempts, number), attempt, end)) }
                        }
                    }
                }
            }
        }
    };
    wide(&format!("Attempts of {}", run.name), &table)
}

fn before(attempts: &[Attempt], number: usize) -> Option<&Attempt> {
    attempts.get(number.checked_sub(1)?)
}

fn outcome(attempt: &Attempt) -> Markup {
    match &attempt.ended {
        None => html! { span.event.busy { "running" } },
        Some((_, Outcome::Succeeded)) => html! { span.event.good { "done" } },
        Some((_, Outcome::Failed(fault))) => html! {
            span.event.bad { (fault.error) }
            @if let Some(message) = &fault.message { span.cause { (message) } }
        },
    }
}

fn took(attempt: &Attempt) -> String {
    attempt.ended.as_ref().map_or_else(String::new, |(end, _)| span(between(attempt.begun, *end)))
}

/// The attempt, and the wait since the attempt before it.
fn bar(run: &Run, before: Option<&Attempt>, attempt: &Attempt, end: Timestamp) -> Markup {
    let all = between(run.started, end).max(1) as f64;
    let at = |time: Timestamp| between(run.started, time) as f64 / all * WIDTH;
    let begun = at(attempt.begun);
    let ended = at(attempt.ended.as_ref().map_or(end, |(ended, _)| *ended));
    let class = match &attempt.ended {
        None => "busy",
        Some((_, Outcome::Succeeded)) => "good",
        Some((_, Outcome::Failed(_))) => "bad",
    };
    let waited = before.and_then(|before| before.ended.as_ref()).map(|(since, _)| at(*since));
    html! {
        svg.bar viewBox={ "0 0 " (WIDTH) " 10" } preserveAspectRatio="none" aria-hidden="true" {
            @if let Some(since) = waited {
                rect.wait x=(tenths(since)) y="4" width=(tenths(begun - since)) height="2" {}
            }
            // A short attempt is to be seen too.
            rect class=(class) x=(tenths(begun.min(WIDTH - 4.0))) y="0" width=(tenths((ended - begun).max(4.0))) height="10" {}
        }
    }
}

fn tenths(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::super::run::tests::declined;
    use super::*;

    #[test]
    fn every_attempt_has_a_row_and_a_retry_shows_its_wait() {
        let drawn = attempts(&declined(), Timestamp::from_millis(1_500)).0;
        assert_eq!(drawn.matches("<rect class=\"wait\"").count(), 1, "{drawn}");
        assert_eq!(drawn.matches("<svg class=\"bar\"").count(), 5);
        assert!(drawn.contains("SupplierUnavailable"));
        assert!(drawn.contains("&lt;b&gt;busy&lt;/b&gt;") && !drawn.contains("<b>busy"));
    }
}
