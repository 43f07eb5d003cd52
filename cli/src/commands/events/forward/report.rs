//! What is told while events are forwarded, and at the end.

use serde::Serialize;

use crate::commands::events::source::Beginning;
use crate::palette::Palette;
use crate::render::{count, event, outside};

/// What happened to an event.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(super) enum Progress<'a> {
    /// The target took it.
    Delivered { attempts: u32, status: u16 },
    /// An attempt failed, and there will be another one after this wait.
    Retried { attempts: u32, error: &'a str, wait_ms: u128 },
    /// It is in the file of dead letters.
    Dead { attempts: u32, error: &'a str },
}

/// What happened to which event.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    position: i64,
    #[serde(flatten)]
    progress: Progress<'a>,
    /// The event as the archive shows it.
    #[serde(skip)]
    line: &'a str,
}

/// What has been settled, and where to go on.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename = "stopped")]
pub(super) struct Tally {
    delivered: usize,
    dead: usize,
    /// The option that goes on behind the last settled event.
    #[serde(flatten)]
    pub(super) next: Beginning,
}

impl<'a> Report<'a> {
    pub(super) fn new(position: i64, progress: Progress<'a>, line: &'a str) -> Self {
        Self { position, progress, line }
    }

    /// One line for a person.
    pub(super) fn text(&self, palette: Palette) -> String {
        let (outcome, what) = match self.progress {
            Progress::Delivered { .. } => (palette.good("delivered"), self.event(palette)),
            Progress::Retried { attempts, error, wait_ms } => {
                let seconds = wait_ms as f64 / 1000.0;
                let what = format!("{}; attempt {} in {seconds} s", outside(error), attempts + 1);
                (palette.busy("retried  "), what)
            }
            Progress::Dead { attempts, error } => {
                let attempts = count(attempts as usize, "attempt");
                let event = self.event(palette);
                let what = format!("{event}  after {attempts}: {}", outside(error));
                (palette.bad("dead     "), what)
            }
        };
        format!("{outcome}  {:>6}  {what}", self.position)
    }

    fn event(&self, palette: Palette) -> String {
        // The bus may hold what is no event of ours; its position still names it.
        let archived = serde_json::from_str(self.line);
        archived.map_or_else(|_| String::new(), |archived| event::render(&archived, palette))
    }
}

impl Tally {
    pub(super) fn new(beginning: Beginning) -> Self {
        Self { delivered: 0, dead: 0, next: beginning }
    }

    pub(super) fn delivered(&mut self, position: i64) {
        self.delivered += 1;
        self.next = Beginning::After(position);
    }

    pub(super) fn dead(&mut self, position: i64) {
        self.dead += 1;
        self.next = Beginning::After(position);
    }

    /// One line for a person.
    pub(super) fn text(&self, palette: Palette) -> String {
        let Self { delivered, dead, next } = self;
        let delivered = count(*delivered, "event");
        format!("{delivered} delivered, {dead} dead; go on with {}", palette.code(next))
    }
}
