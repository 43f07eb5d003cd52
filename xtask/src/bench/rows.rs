//! The rows of `bench/rows.json` with their figures, as a table and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::workspace;

/// What one row says before it is measured.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Row {
    row: u32,
    key: String,
    kind: Kind,
    unit: String,
    metric: String,
    /// The most that is good enough; absent where no goal is set.
    goal: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Counted,
    Timed,
}

/// What was measured for one row.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Figure {
    #[serde(skip)]
    pub(super) key: String,
    pub(super) ours: Option<f64>,
    /// What cannot be left out.
    pub(super) floor: Option<f64>,
    /// What others need for the same.
    pub(super) peers: BTreeMap<String, f64>,
    /// How it was measured, or why it was not.
    pub(super) note: Option<String>,
}

pub(super) type Figures = Vec<Figure>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Met,
    Missed,
    NoGoal,
    NotMeasured,
}

/// Figures that could not be measured, all for the same reason.
pub(super) fn skipped(keys: &[&str], reason: &str) -> Figures {
    keys.iter().map(|key| Figure::skipped(key, reason)).collect()
}

/// All rows, and the figures of those that were measured.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Row>,
    figures: BTreeMap<String, Figure>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    row: &'a Row,
    #[serde(flatten)]
    figure: &'a Figure,
    verdict: Verdict,
}

impl Figure {
    pub(super) fn of(key: &str, ours: f64) -> Self {
        Self { key: key.to_owned(), ours: Some(ours), ..Self::default() }
    }

    pub(super) fn skipped(key: &str, reason: &str) -> Self {
        Self { key: key.to_owned(), note: Some(reason.to_owned()), ..Self::default() }
    }

    pub(super) fn with_floor(self, floor: f64) -> Self {
        Self { floor: Some(floor), ..self }
    }

    pub(super) fn with_peer(mut self, peer: &str, figure: f64) -> Self {
        self.peers.insert(peer.to_owned(), figure);
        self
    }

    pub(super) fn with_note(self, note: String) -> Self {
        Self { note: Some(note), ..self }
    }
}

impl Table {
    pub(super) fn read() -> Result<Self> {
        let file = workspace::root()?.join("bench/rows.json");
        let text = fs::read_to_string(&file)?;
        let rows = serde_json::from_str(&text).with_context(|| file.display().to_string())?;
        Ok(Self { rows, figures: BTreeMap::new() })
    }

    pub(super) fn add(&mut self, figures: Figures) {
        self.figures.extend(figures.into_iter().map(|figure| (figure.key.clone(), figure)));
    }

    /// The counted rows whose goals are missed.
    pub(super) fn missed(&self) -> Vec<&str> {
        let lines = self.lines().into_iter();
        let missed =
            lines.filter(|line| line.verdict == Verdict::Missed && line.row.kind == Kind::Counted);
        missed.map(|line| line.row.key.as_str()).collect()
    }

    pub(super) fn print(&self, json: bool) -> Result<()> {
        let lines = self.lines();
        match json {
            // Some parts print for themselves.
            _ if lines.is_empty() => {}
            true => println!("{}", serde_json::to_string_pretty(&lines)?),
            false => println!("{}", text(&lines)),
        }
        Ok(())
    }

    /// The rows that were asked for, in the order of the file.
    fn lines(&self) -> Vec<Line<'_>> {
        let measured = self.rows.iter().filter_map(|row| Some((row, self.figures.get(&row.key)?)));
        measured.map(|(row, figure)| Line { row, figure, verdict: row.verdict(figure) }).collect()
    }
}

impl Row {
    fn verdict(&self, figure: &Figure) -> Verdict {
        match (figure.ours, self.goal) {
            (None, _) => Verdict::NotMeasured,
            (Some(_), None) => Verdict::NoGoal,
            (Some(ours), Some(goal)) if ours <= goal => Verdict::Met,
            (Some(_), Some(_)) => Verdict::Missed,
        }
    }
}

/// A line of figures for each row, and its peers and its note below.
fn text(lines: &[Line<'_>]) -> String {
    let mut text = format!(
        "{:>3}  {:<78}{:>12}{:>12}{:>12}  {:<13}{}\n",
        "row", "metric", "ours", "floor", "goal", "unit", "verdict"
    );
    for Line { row, figure, verdict } in lines {
        let verdict = match verdict {
            Verdict::Met => "met",
            Verdict::Missed => "MISSED",
            Verdict::NoGoal => "",
            Verdict::NotMeasured => "not measured",
        };
        let _ = writeln!(
            text,
            "{:>3}  {:<78}{:>12}{:>12}{:>12}  {:<13}{verdict}",
            row.row,
            row.metric,
            number(figure.ours),
            number(figure.floor),
            number(row.goal),
            row.unit
        );
        for (peer, peers) in &figure.peers {
            let _ = writeln!(text, "       {peer:<76}{:>12}", number(Some(*peers)));
        }
        if let Some(note) = &figure.note {
            let _ = writeln!(text, "       {note}");
        }
    }
    text
}

/// As many digits as say something.
fn number(figure: Option<f64>) -> String {
    match figure {
        None => "–".to_owned(),
        Some(figure) if figure.fract() == 0.0 || figure.abs() >= 1_000.0 => {
            thousands(&format!("{figure:.0}"))
        }
        Some(figure) => format!("{figure:.2}"),
    }
}

fn thousands(digits: &str) -> String {
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    groups.iter().map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(kind: Kind, goal: f64, ours: Option<f64>) -> Table {
        let row = Row {
            row: 1,
            key: "key".to_owned(),
            kind,
            unit: String::new(),
            metric: String::new(),
            goal: Some(goal),
        };
        let figure = Figure { key: "key".to_owned(), ours, ..Figure::default() };
        let mut table = Table { rows: vec![row], figures: BTreeMap::new() };
        table.add(vec![figure]);
        table
    }

    #[test]
    fn a_counted_goal_is_missed_by_what_is_above_it() {
        assert!(table(Kind::Counted, 12.0, Some(12.0)).missed().is_empty());
        assert_eq!(table(Kind::Counted, 12.0, Some(12.1)).missed(), ["key"]);
    }

    #[test]
    fn what_is_timed_or_was_not_measured_fails_no_check() {
        assert!(table(Kind::Timed, 1.3, Some(9.0)).missed().is_empty());
        assert!(table(Kind::Counted, 12.0, None).missed().is_empty());
    }

    #[test]
    fn every_row_of_the_file_can_be_read_and_has_a_key_of_its_own() {
        let table = Table::read().unwrap();
        let keys: std::collections::BTreeSet<_> = table.rows.iter().map(|row| &row.key).collect();
        assert_eq!(keys.len(), table.rows.len());
        assert!(!table.rows.is_empty());
    }

    #[test]
    fn numbers_are_grouped_and_rounded() {
        let shown = [Some(1_234_567.0), Some(40_000.4), Some(1.306), Some(6.0), None].map(number);
        assert_eq!(shown, ["1,234,567", "40,000", "1.31", "6", "–"]);
    }
}
