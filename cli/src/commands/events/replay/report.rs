//! What is told while a subscriber reads the past, and at the end.

use serde::Serialize;

use crate::palette::Palette;
use crate::render::count;

/// How far it is.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Progress,
    /// Everything up to the begin of the command is settled.
    CaughtUp,
    Stopped,
}

/// How far it is. Events that the pattern leaves out count as well.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Report {
    outcome: Outcome,
    /// The last sequence number that it has come to.
    position: i64,
    /// How many events are settled, unless new ones follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled: Option<u64>,
    left: u64,
}

impl Report {
    pub(super) fn progress(position: i64, settled: Option<u64>, left: u64) -> Self {
        Self { outcome: Outcome::Progress, position, settled, left }
    }

    pub(super) fn caught_up(self) -> Self {
        Self { outcome: Outcome::CaughtUp, ..self }
    }

    pub(super) fn stopped(self) -> Self {
        Self { outcome: Outcome::Stopped, ..self }
    }

    /// The line for a person.
    pub(super) fn text(&self, palette: Palette) -> String {
        let at = format!("at {}", self.position);
        let counted = |settled: u64| count(usize::try_from(settled).unwrap_or(usize::MAX), "event");
        let settled = self.settled.map_or(at, counted);
        match self.outcome {
            Outcome::Progress => format!("{settled}, {} left", self.left),
            Outcome::CaughtUp => format!("{} {settled}", palette.good("caught up")),
            Outcome::Stopped => {
                format!("{} {settled}, {} left", palette.busy("stopped"), self.left)
            }
        }
    }
}
