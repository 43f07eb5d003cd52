//! The port to the event bus: EventBridge is its one adapter.

use std::error::Error;

use futures::future::BoxFuture;
use store::outbox::OutboxRecord;

/// What the bus says of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusAnswer {
    /// The bus has it.
    Accepted,
    /// Not now, for this reason: the same event may be taken when it is sent again.
    TryAgain(String),
    /// Never, for this reason.
    Refused(String),
}

/// A whole call failed.
#[derive(Debug, thiserror::Error)]
pub enum PublishFailed {
    /// What became of its events is unknown, so they have to be sent again.
    #[error("the event bus did not answer the call")]
    Unanswered(#[source] Box<dyn Error + Send + Sync>),
    /// The bus took none of its events, and would refuse the same call again: there are too many of
    /// them, or one is malformed.
    #[error("the event bus refused the call")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
}

/// Where events are published.
pub trait Publisher: Send + Sync {
    /// Publishes the events in one call; answers for each, in their order.
    fn publish<'a>(
        &'a self,
        events: &'a [&'a OutboxRecord],
    ) -> BoxFuture<'a, Result<Vec<BusAnswer>, PublishFailed>>;
}
