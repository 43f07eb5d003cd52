//! Dead letters as text and JSON, and what became of them.

use std::path::Path;

use event_delivery::DeadLetter;
use serde::Serialize;
use uuid::Uuid;

use crate::palette::Palette;
use crate::render::{Table, count, outside};

/// What became of a dead letter, or would.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(super) enum Outcome {
    /// The target took it, and it has left the file.
    Delivered { status: u16 },
    /// It was sent, and stays in the file.
    Failed { error: String },
    /// It would be sent.
    Sent { to: String },
    /// It leaves the file unsent.
    Discarded,
}

/// What became of which dead letter.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    id: Uuid,
    #[serde(flatten)]
    outcome: Outcome,
    #[serde(skip)]
    event_type: String,
}

/// How many became what.
#[derive(Debug, Default, Serialize)]
pub(super) struct Tally {
    dry_run: bool,
    delivered: usize,
    failed: usize,
    sent: usize,
    discarded: usize,
}

/// What a person sees of an event.
#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Typed {
    detail_type: String,
}

/// A table of the letters.
pub(super) fn list_text(letters: &[DeadLetter], file: &Path, palette: Palette) -> String {
    if letters.is_empty() {
        let (is_there, file) = (file.exists(), file.display());
        return if is_there {
            format!("there are no dead letters in {file}")
        } else {
            format!("there is no file {file}; `trip up --data DIR` writes DIR/dead-letters.jsonl")
        };
    }
    let header = ["ID", "SINCE", "EVENT", "TARGET", "ATTEMPTS", "ERROR"];
    let mut table = Table::with_header(header, palette);
    table.right(4);
    for letter in letters {
        table.row([
            letter.id.to_string(),
            letter.at.to_string(),
            event_type(letter),
            outside(&letter.target.url),
            letter.attempts.to_string(),
            outside(&letter.error),
        ]);
    }
    table.text()
}

/// The type of the event; nothing for one that has none.
fn event_type(letter: &DeadLetter) -> String {
    let typed: Result<Typed, _> = serde_json::from_str(letter.event.get());
    typed.map(|typed| outside(typed.detail_type)).unwrap_or_default()
}

impl Report {
    pub(super) fn new(letter: &DeadLetter, outcome: Outcome) -> Self {
        Self { id: letter.id, outcome, event_type: event_type(letter) }
    }

    pub(super) fn text(&self, palette: Palette) -> String {
        let (outcome, more) = match &self.outcome {
            Outcome::Delivered { .. } => (palette.good("delivered"), String::new()),
            Outcome::Failed { error } => (palette.bad("failed   "), outside(error)),
            Outcome::Sent { to } => (palette.busy("to send  "), outside(to)),
            Outcome::Discarded => (palette.busy("discarded"), String::new()),
        };
        format!("{outcome}  {}  {}  {more}", self.id, self.event_type).trim_end().to_owned()
    }
}

impl Tally {
    pub(super) fn new(dry_run: bool) -> Self {
        Self { dry_run, ..Self::default() }
    }

    pub(super) fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Delivered { .. } => self.delivered += 1,
            Outcome::Failed { .. } => self.failed += 1,
            Outcome::Sent { .. } => self.sent += 1,
            Outcome::Discarded => self.discarded += 1,
        }
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed > 0
    }

    pub(super) fn text(&self) -> String {
        let would = if self.dry_run { "would be " } else { "" };
        let parts = [
            (self.delivered, "delivered"),
            (self.failed, "left in the file"),
            (self.sent, "sent"),
            (self.discarded, "discarded"),
        ];
        let parts = parts.iter().filter(|(number, _)| *number > 0);
        let parts = parts.map(|(n, what)| format!("{} {would}{what}", count(*n, "dead letter")));
        let parts: Vec<_> = parts.collect();
        if parts.is_empty() { "there are no dead letters".to_owned() } else { parts.join(", ") }
    }
}
