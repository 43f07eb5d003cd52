//! The report as text for a person.

use std::fmt::Display;

use super::{Count, Events, Report};
use crate::demo::check::Verdict;
use crate::demo::outcome::Outcome;
use crate::palette::Palette;
use crate::render::Table;

/// Most violations that are listed below one invariant.
const MAX_FINDINGS: usize = 5;
/// The indentation of violations below their invariant.
const INDENT: &str = "        ";

impl Report {
    /// Outcomes, events, search and invariants, each in one section.
    #[must_use]
    pub fn text(&self, palette: Palette) -> String {
        let parts = [
            self.summary(palette),
            outcomes(&self.outcomes, palette),
            events(&self.events, palette),
            self.search(),
            self.invariants(palette),
        ];
        parts.join("\n\n")
    }

    fn summary(&self, palette: Palette) -> String {
        let (requests, pace) = (&self.requests, &self.pace);
        [
            format!(
                "{} booked in {:.1} s ({:.0} a second); nothing was left to do after {:.1} s",
                palette.strong(format!("{} trips", self.trips)),
                pace.booked_in,
                pace.bookings_per_second,
                pace.settled_in,
            ),
            format!(
                "{} requests were sent again: {} while their saga ran, {} were told that the trip id is taken",
                requests.repeats,
                requests.repeats - requests.told_taken,
                requests.told_taken,
            ),
            format!("{} booked trips were cancelled by their customers", requests.cancelled),
            palette.faint(format!("seed {}; waits were shortened", self.seed)),
        ]
        .join("\n")
    }

    fn search(&self) -> String {
        let (rows, found) = (self.search.rows, self.search.found);
        format!(
            "{rows} rows in the search view; searches find {found}, and {} have no departure to be found by",
            rows.saturating_sub(found)
        )
    }

    fn invariants(&self, palette: Palette) -> String {
        let lines = self.invariants.iter().flat_map(|verdict| lines(verdict, palette));
        let broken = self.invariants.iter().filter(|verdict| !verdict.holds()).count();
        let sum = match broken {
            0 => palette.good(format!("all {} invariants hold", self.invariants.len())),
            some => {
                palette.bad(format!("{some} of {} invariants are broken", self.invariants.len()))
            }
        };
        lines.chain([String::new(), sum]).collect::<Vec<_>>().join("\n")
    }
}

fn outcomes(counts: &[Count], palette: Palette) -> String {
    let mut table = Table::with_header(["TRIPS", "OUTCOME", ""], palette);
    for Count { outcome: Outcome { status, failure_code }, trips } in counts {
        let code = failure_code.map(|code| code.to_string()).unwrap_or_default();
        table.row([trips.to_string(), palette.status(*status), code]);
    }
    table.right(0).text()
}

fn events(Events { by_type, events, duplicates, lag }: &Events, palette: Palette) -> String {
    let mut table = Table::with_header(["EVENTS", "TYPE"], palette);
    for (event_type, count) in by_type {
        table.row([count.to_string(), event_type.clone()]);
    }
    let total = format!("{events} events on the bus, {duplicates} of them again as duplicates");
    let lag = format!(
        "from commit to bus: {} ms for half of them, {} ms for 95 %, {} ms at most",
        lag.p50_ms, lag.p95_ms, lag.max_ms
    );
    format!("{}\n\n{total}\n{lag}", table.right(0).text())
}

fn lines(verdict: &Verdict, palette: Palette) -> Vec<String> {
    let statement = verdict.invariant.statement();
    if verdict.holds() {
        return vec![line(palette.good("ok"), "ok", statement)];
    }
    let mut lines = vec![line(palette.bad("FAILED"), "FAILED", statement)];
    let shown = verdict.findings.iter().take(MAX_FINDINGS);
    lines.extend(shown.map(|finding| format!("{INDENT}{finding}")));
    let more = verdict.findings.len().saturating_sub(MAX_FINDINGS);
    if more > 0 {
        lines.push(palette.faint(format!("{INDENT}and {more} more")));
    }
    lines
}

/// The mark is padded by its text, since its colour codes have no width.
fn line(mark: impl Display, plain: &str, statement: &str) -> String {
    let padding = INDENT.len().saturating_sub(plain.len());
    format!("{mark}{:padding$}{statement}", "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::check::Invariant;

    fn told(findings: usize) -> String {
        let findings = (1..=findings).map(|number| format!("finding {number}")).collect();
        let verdict = Verdict { invariant: Invariant::Ended, findings };
        lines(&verdict, Palette::PLAIN).join("\n")
    }

    #[test]
    fn an_invariant_that_holds_is_one_line() {
        assert_eq!(told(0), "ok      every accepted booking has ended");
    }

    #[test]
    fn a_broken_invariant_lists_its_first_findings() {
        let told = told(7);
        assert!(told.starts_with("FAILED  every accepted booking has ended\n        finding 1\n"));
        assert!(told.ends_with("        finding 5\n        and 2 more"), "{told}");
    }
}
