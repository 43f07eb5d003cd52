//! The latest events of the bus, read once for all pages that show them, in memory that does not
//! grow.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use event_bus::{Archive, ArchivedEvent, Position, StorageError};
use maud::{Markup, PreEscaped};
use tokio::sync::Mutex;

/// The events that are kept: those of a second of a busy bus.
const KEPT: usize = 512;

/// The latest events.
pub(crate) struct Recent {
    archive: Archive,
    /// In the order of their positions.
    kept: Mutex<VecDeque<Arc<Kept>>>,
}

/// An event, and how it is shown once somebody has looked.
pub(crate) struct Kept {
    pub(crate) event: ArchivedEvent,
    shown: OnceLock<String>,
}

impl Kept {
    pub(crate) fn new(event: ArchivedEvent) -> Arc<Self> {
        Arc::new(Self { event, shown: OnceLock::new() })
    }

    /// The event as `render` shows it, rendered once for everybody.
    pub(crate) fn shown(&self, render: impl FnOnce(&ArchivedEvent) -> Markup) -> PreEscaped<&str> {
        PreEscaped(self.shown.get_or_init(|| render(&self.event).0))
    }
}

impl Recent {
    pub(crate) fn new(archive: Archive) -> Self {
        Self { archive, kept: Mutex::default() }
    }

    /// The events after a position, the oldest first; `None` if some of them are no longer kept.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub(crate) async fn after(
        &self,
        position: Position,
    ) -> Result<Option<Vec<Arc<Kept>>>, StorageError> {
        let mut kept = self.kept.lock().await;
        self.catch_up(&mut kept).await?;
        let is_missed = kept.front().is_some_and(|first| first.event.position > position);
        let after = kept.partition_point(|one| one.event.position <= position);
        Ok((!is_missed).then(|| kept.range(after..).cloned().collect()))
    }

    /// The events before a position, or of all, the newest first: those that are kept, or a page of
    /// the archive.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub(crate) async fn back(
        &self,
        before: Option<Position>,
        page: usize,
    ) -> Result<Vec<Arc<Kept>>, StorageError> {
        if before.is_some() {
            let events = self.archive.read_back(before, page).await?;
            return Ok(events.into_iter().map(Kept::new).collect());
        }
        let mut kept = self.kept.lock().await;
        self.catch_up(&mut kept).await?;
        Ok(kept.iter().rev().cloned().collect())
    }

    /// Reads each new event once. Where more are new than are kept, the others are left out.
    async fn catch_up(&self, kept: &mut VecDeque<Arc<Kept>>) -> Result<(), StorageError> {
        let last = kept.back().map(|last| last.event.position);
        if last == Some(self.archive.end()) {
            return Ok(());
        }
        let new = match last {
            Some(last) => self.archive.read(last, KEPT).await?,
            None => Vec::new(),
        };
        if last.is_none() || new.len() == KEPT {
            let newest = self.archive.read_back(None, KEPT).await?;
            *kept = newest.into_iter().rev().map(Kept::new).collect();
            return Ok(());
        }
        kept.extend(new.into_iter().map(Kept::new));
        kept.drain(..kept.len().saturating_sub(KEPT));
        Ok(())
    }
}
