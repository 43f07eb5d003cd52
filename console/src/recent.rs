//! The latest events of the bus, read once for all pages that show them, in memory that does not
//! grow.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use maud::{Markup, PreEscaped};
use tokio::sync::Mutex;

use crate::ports::{EventLog, LoggedEvent, Position};

/// The events that are kept: those of a second of a busy bus.
const KEPT: usize = 512;

/// The latest events.
pub(crate) struct Recent {
    log: Arc<dyn EventLog>,
    /// In the order of their positions.
    kept: Mutex<VecDeque<Arc<Kept>>>,
}

/// An event, and how it is shown once somebody has looked.
pub(crate) struct Kept {
    pub(crate) event: LoggedEvent,
    shown: OnceLock<String>,
}

impl Kept {
    pub(crate) fn new(event: LoggedEvent) -> Arc<Self> {
        Arc::new(Self { event, shown: OnceLock::new() })
    }

    /// The event as `render` shows it, rendered once for everybody.
    pub(crate) fn shown(&self, render: impl FnOnce(&LoggedEvent) -> Markup) -> PreEscaped<&str> {
        PreEscaped(self.shown.get_or_init(|| render(&self.event).0))
    }
}

impl Recent {
    pub(crate) fn new(log: Arc<dyn EventLog>) -> Self {
        Self { log, kept: Mutex::default() }
    }

    /// How many events may be looked at in search of those of a pattern.
    pub(crate) fn look_back(&self) -> u64 {
        self.log.look_back()
    }

    /// The events after a position, the oldest first; `None` if some of them are no longer kept.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(crate) async fn after(
        &self,
        position: Position,
    ) -> Result<Option<Vec<Arc<Kept>>>, anyhow::Error> {
        let mut kept = self.kept.lock().await;
        self.catch_up(&mut kept).await?;
        let is_missed = kept.front().is_some_and(|first| first.event.position > position);
        let after = kept.partition_point(|one| one.event.position <= position);
        Ok((!is_missed).then(|| kept.range(after..).cloned().collect()))
    }

    /// The events before a position, or of all, the newest first: those that are kept, or a page of
    /// the log.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(crate) async fn back(
        &self,
        before: Option<Position>,
        page: usize,
    ) -> Result<Vec<Arc<Kept>>, anyhow::Error> {
        if before.is_some() {
            let events = self.log.back(before, page).await?;
            return Ok(events.into_iter().map(Kept::new).collect());
        }
        let mut kept = self.kept.lock().await;
        self.catch_up(&mut kept).await?;
        Ok(kept.iter().rev().cloned().collect())
    }

    /// Reads each new event once. Where more are new than are kept, the others are left out.
    async fn catch_up(&self, kept: &mut VecDeque<Arc<Kept>>) -> Result<(), anyhow::Error> {
        let last = kept.back().map(|last| last.event.position);
        if last.is_some() && last == self.log.end() {
            return Ok(());
        }
        let new = match last {
            Some(last) => self.log.after(last, KEPT).await?,
            None => Vec::new(),
        };
        if last.is_none() || new.len() == KEPT {
            let newest = self.log.back(None, KEPT).await?;
            *kept = newest.into_iter().rev().map(Kept::new).collect();
            return Ok(());
        }
        kept.extend(new.into_iter().map(Kept::new));
        kept.drain(..kept.len().saturating_sub(KEPT));
        Ok(())
    }
}
