//! The port to the event bus. Its adapters are EventBridge's classic bus and its ordered one.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use store::outbox::PendingEvent;

/// The bus's answer for one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusAnswer {
    /// The bus accepted the event.
    Accepted,
    /// Not now, for this reason: the bus may take the same event on a retry.
    TryAgain(String),
    /// Never, for this reason.
    Refused(String),
}

/// A whole call failed.
#[derive(Debug, thiserror::Error)]
pub enum PublishFailed {
    /// The result for its events is unknown, so they must be sent again.
    #[error("the event bus did not answer the call")]
    Unanswered(#[source] Box<dyn Error + Send + Sync>),
    /// The bus took none of its events and would refuse the same call again: it has too many
    /// events, or a malformed one.
    #[error("the event bus refused the call")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
    /// The bus took none of its events, whatever they are, and takes none until somebody changes
    /// that: it does not exist, is not ready, or may not be used.
    #[error("the event bus is closed")]
    Closed(#[source] Box<dyn Error + Send + Sync>),
}

/// Where events are published.
#[async_trait]
pub trait Publisher: Send + Sync {
    /// Publishes the events in one call; returns an answer for each, in their order.
    async fn publish(&self, events: &[&PendingEvent<'_>]) -> Result<Vec<BusAnswer>, PublishFailed>;

    /// The same bus; what is published there names `mark`, so that subscribers can tell a replay
    /// from news. `None` if events cannot be marked there.
    fn marking(&self, mark: &str) -> Option<Arc<dyn Publisher>> {
        let _ = mark;
        None
    }
}
