//! The simulation as tables and as JSON.

use serde::Serialize;

use crate::demand::Demand;
use crate::limits::Bus;
use crate::rounds::{self, Alone, Round, Rounds};
use crate::world::State;

/// What the simulation of one bus gives.
#[derive(Serialize)]
pub struct Report {
    pub bus: Bus,
    pub limits: Vec<Alone>,
    pub given: State,
    pub rounds: Vec<Round>,
    pub turned: State,
    /// Bookings asked for and completed as it is given, a second.
    #[serde(skip)]
    pub samples: Vec<(f64, f64)>,
}

impl Report {
    /// Simulates.
    ///
    /// # Errors
    /// When the project's own files cannot be read.
    pub fn of(bus: Bus) -> anyhow::Result<Self> {
        let demand = Demand::read()?;
        let limits = rounds::alone(&demand, bus);
        let Rounds { given, rounds, turned } = rounds::turn(&demand, bus, &limits);
        Ok(Self {
            bus,
            limits,
            given: given.state,
            rounds,
            turned: turned.state,
            samples: given.samples,
        })
    }

    /// As tables.
    pub fn text(&self) -> String {
        [self.limits(), self.rounds(), self.turns()].join("\n\n")
    }

    fn name(&self) -> &'static str {
        match self.bus {
            Bus::Classic => "Classic bus",
            Bus::Ordered => "ordered bus",
        }
    }

    /// Each limit by itself.
    pub fn limits(&self) -> String {
        let head = ["SERVICE", "LIMIT", "VALUE", "ASKED AT 1,000/S", "MET AT BOOKINGS/S"];
        let mut rows = vec![head.map(str::to_owned)];
        for Alone { limit, needed, met_at } in &self.limits {
            let met = met_at.map_or("–".to_owned(), number);
            let value =
                if limit.value.is_finite() { number(limit.value) } else { "its shards".into() };
            rows.push([limit.service.into(), limit.what.into(), value, number(*needed), met]);
        }
        format!("Each limit by itself, {}\n{}", self.name(), table(&rows, |column| column < 2))
    }

    /// The rounds.
    pub fn rounds(&self) -> String {
        let head = ["AT", "BOOKINGS/S", "FIRST LIMIT MET", "TURNED TO", "THEN COMPLETED/S"];
        let rest = ["REFUSED", "OPEN", "UNDO WAIT", "VIEW LAG"];
        let mut rows: Vec<Vec<String>> =
            vec![head.iter().chain(&rest).map(|head| (*head).to_owned()).collect()];
        let first = ["", "", "as it is given", ""].map(str::to_owned);
        rows.push(first.into_iter().chain(state(&self.given)).collect());
        for Round { what, second, rate, to, state: after, .. } in &self.rounds {
            let cells = [clock(*second), number(*rate), (*what).to_owned(), number(*to)];
            rows.push(cells.into_iter().chain(state(after)).collect());
        }
        format!(
            "Turned one after the other, {}\n{}",
            self.name(),
            table(&rows, |column| column == 2)
        )
    }

    /// What each round turns.
    fn turns(&self) -> String {
        let head = ["TURNED", "BY"].map(str::to_owned);
        let rows = self.rounds.iter().map(|round| [round.what.to_owned(), round.turn.to_owned()]);
        table(&std::iter::once(head).chain(rows).collect::<Vec<_>>(), |_| true)
    }
}

fn state(state: &State) -> [String; 5] {
    let State { completed, refused, open, undo_wait, view_lag, .. } = *state;
    let refused = if refused > 1e-6 { format!("{:.0} %", 100.0 * refused) } else { "–".into() };
    [number(completed), refused, number(open), lag(undo_wait), lag(view_lag)]
}

/// A wait of less than a second is the simulation's own step.
fn lag(seconds: f64) -> String {
    match seconds {
        short if short < 1.0 => "–".to_owned(),
        short if short < 600.0 => format!("{short:.0} s"),
        long => format!("{:.1} h", long / 3_600.0),
    }
}

fn clock(second: u32) -> String {
    format!("{}:{:02}", second / 3_600, second / 60 % 60)
}

/// Whole, in groups of three digits; with a digit more where it is small.
fn number(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let first = digits.len() % 3;
    let (head, rest) = digits.split_at(first);
    let rest = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let head = (!head.is_empty()).then(|| head.to_owned());
    head.into_iter().chain(rest).collect::<Vec<_>>().join(",")
}

/// Columns as narrow as their content. Words are aligned to the left, numbers to the right.
fn table<R: AsRef<[String]>>(rows: &[R], is_word: impl Fn(usize) -> bool) -> String {
    let columns = rows.first().map_or(0, |row| row.as_ref().len());
    let width = |column: usize| rows.iter().map(|row| row.as_ref()[column].chars().count()).max();
    let widths: Vec<_> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let lines = rows.iter().map(|row| {
        let cells = row.as_ref().iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            let space = " ".repeat(width - cell.chars().count());
            if is_word(column) { format!("{cell}{space}") } else { format!("{space}{cell}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::{env, fs};

    use super::*;
    use crate::plot;

    const PAGE: &str = "docs/scaling.md";
    const PLOT: &str = "docs/scaling.svg";
    const COMMAND: &str = "cargo xtask simulate";

    #[test]
    fn numbers_and_times_are_for_people() {
        assert_eq!(
            [1.5, 999.6, 42_000.0, 1e6].map(number),
            ["1.5", "1,000", "42,000", "1,000,000"]
        );
        assert_eq!([0.2, 59.6, 7_200.0].map(lag), ["–", "60 s", "2.0 h"]);
        assert_eq!([0, 3_660, 86_399].map(clock), ["0:00", "1:01", "23:59"]);
    }

    /// The page's tables and its plot are what the simulation gives.
    #[test]
    fn the_page_shows_what_the_simulation_gives() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let classic = Report::of(Bus::Classic).unwrap();
        let ordered = Report::of(Bus::Ordered).unwrap();
        let drawn = plot::draw(&classic).unwrap();
        if env::var_os("UPDATE_GENERATED").is_some() {
            fs::write(root.join(PLOT), &drawn).unwrap();
        }
        assert!(fs::read_to_string(root.join(PLOT)).unwrap() == drawn, "{PLOT}: {COMMAND}");
        let page = fs::read_to_string(root.join(PAGE)).unwrap();
        for part in [classic.limits(), classic.rounds(), ordered.limits(), ordered.rounds()] {
            assert!(page.contains(&part), "{PAGE} should show what `{COMMAND}` prints:\n{part}");
        }
        for limit in classic.limits.iter().chain(&ordered.limits) {
            assert!(page.contains(limit.limit.source), "{PAGE} lacks {}", limit.limit.source);
        }
    }
}
