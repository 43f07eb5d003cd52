//! Starts the deliveries of a bus.

use std::future::Future;
use std::sync::Arc;

use event_delivery::Sender;

use crate::bus::EventBus;
use crate::deliveries::Deliveries;
use crate::replaying::Replayer;

/// The bus cannot send to its targets.
#[derive(Debug, thiserror::Error)]
#[error("the event bus cannot send to its targets")]
pub struct DeliverError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl EventBus {
    /// Delivers accepted events to the targets of their rules, and carries out replays, those of
    /// earlier processes included, until `stop` ends. One process at a time does this, and calls it
    /// once.
    ///
    /// Each event reaches each target of a rule that it matched at least once, or becomes a dead
    /// letter by the target's retry policy. A delivery in flight when this ends is made again.
    ///
    /// # Errors
    /// When no HTTP client can be built.
    pub async fn deliver(&self, stop: impl Future<Output = ()>) -> Result<(), DeliverError> {
        let config = self.config();
        let sender = Sender::new(config.patience, Arc::clone(&config.clock));
        let sender = sender.map_err(|error| DeliverError(error.into()))?;
        let replays = Replayer::new(self.clone()).run();
        tokio::select! {
            () = Deliveries::new(self.clone(), sender).run(stop) => {}
            () = replays => {}
        }
        Ok(())
    }
}
