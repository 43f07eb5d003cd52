//! Subscriptions: the archive first, then each event as it arrives, without a gap or a repeat.
//!
//! There is one path, not two: a subscription always reads the archive after its position, and
//! waits only when it has reached the head. So no event can be lost between an old part and a live
//! part.

use std::collections::VecDeque;

use event_pattern::Pattern;
use futures::stream::{BoxStream, try_unfold};
use futures::{FutureExt, StreamExt};
use tokio::sync::watch;

use super::{Archive, ArchivedEvent, Head, Position};
use crate::database::StorageError;

/// Events read from the archive at a time.
const PAGE: usize = 256;

/// The events of a subscription, in order. It ends with the first error.
pub type EventStream = BoxStream<'static, Result<ArchivedEvent, StorageError>>;

/// Which events a subscription delivers: all of them, unless narrowed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pattern: Option<Pattern>,
    rule: Option<String>,
}

impl Filter {
    /// Only events that match `pattern`.
    #[must_use]
    pub fn matching(self, pattern: Pattern) -> Self {
        Self { pattern: Some(pattern), ..self }
    }

    /// Only events that the rule with this name matched when they were accepted.
    #[must_use]
    pub fn of_rule(self, name: impl Into<String>) -> Self {
        Self { rule: Some(name.into()), ..self }
    }

    fn admits(&self, event: &ArchivedEvent) -> Result<bool, StorageError> {
        if self.rule.as_ref().is_some_and(|rule| !event.rules.contains(rule)) {
            return Ok(false);
        }
        let Some(pattern) = &self.pattern else { return Ok(true) };
        pattern.matches(&event.event).map_err(|error| StorageError::Corrupt {
            what: format!("event at position {}", event.position),
            source: error.into(),
        })
    }
}

impl Archive {
    /// The events after a position: those in the archive, then each new one as it is accepted. Ends
    /// when the bus is closed.
    #[must_use]
    pub fn subscribe(&self, after: Position, filter: Filter) -> EventStream {
        Reader::new(self, after, filter, None).stream()
    }

    /// The events after a position that the archive holds now.
    #[must_use]
    pub fn replay(&self, after: Position, filter: Filter) -> EventStream {
        let end = self.head.borrow().position;
        Reader::new(self, after, filter, Some(end)).stream()
    }
}

struct Reader {
    archive: Archive,
    head: watch::Receiver<Head>,
    filter: Filter,
    page: VecDeque<ArchivedEvent>,
    after: Position,
    end: Option<Position>,
}

impl Reader {
    fn new(archive: &Archive, after: Position, filter: Filter, end: Option<Position>) -> Self {
        let (archive, head) = (archive.clone(), archive.head.subscribe());
        Self { archive, head, filter, page: VecDeque::new(), after, end }
    }

    fn stream(self) -> EventStream {
        try_unfold(self, |reader| reader.next().boxed()).boxed()
    }

    async fn next(mut self) -> Result<Option<(ArchivedEvent, Self)>, StorageError> {
        while self.has_more().await? {
            while let Some(event) = self.page.pop_front() {
                if self.filter.admits(&event)? {
                    return Ok(Some((event, self)));
                }
            }
        }
        Ok(None)
    }

    /// Makes sure that a page is loaded; false at the end of the subscription.
    async fn has_more(&mut self) -> Result<bool, StorageError> {
        while self.page.is_empty() {
            if !self.is_behind().await {
                return Ok(false);
            }
            self.turn_page().await?;
        }
        Ok(true)
    }

    /// Waits until there is an event after this position; false when no more will come.
    async fn is_behind(&mut self) -> bool {
        let after = self.after;
        if let Some(end) = self.end {
            return after < end;
        }
        let news = self.head.wait_for(|head| head.position > after || head.closed).await;
        news.is_ok_and(|head| head.position > after)
    }

    /// Reads the next page, up to the end or to the present head. A page that is short holds all
    /// events up to there: the others were pruned.
    async fn turn_page(&mut self) -> Result<(), StorageError> {
        let until = self.end.unwrap_or(self.head.borrow().position);
        let page = self.archive.read_until(self.after, until, PAGE).await?;
        self.after = match page.last() {
            Some(last) if page.len() == PAGE => last.position,
            _ => until,
        };
        self.page = page.into();
        Ok(())
    }
}
