//! Brings one event to its target, again and again if need be.

use std::io;
use std::sync::Arc;

use anyhow::Context;
use domain::Clock;
use event_delivery::{
    DeadLetter, DeadLetterFile, Destination, Next, Request, RetryPolicy, Sender, Undelivered,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::report::Progress;

/// An event of the archive. What is sent is the text that the archive holds.
#[derive(Deserialize)]
pub(super) struct Archived<'a> {
    pub(super) position: i64,
    #[serde(borrow)]
    pub(super) event: &'a RawValue,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Delivered,
    /// It is in the file of dead letters.
    Dead,
    /// It was told to stop before the event was settled.
    Unsettled,
}

/// Delivers events to one target.
pub(super) struct Courier {
    pub(super) sender: Sender,
    pub(super) to: Destination,
    pub(super) policy: RetryPolicy,
    pub(super) dead_letters: DeadLetterFile,
    pub(super) clock: Arc<dyn Clock>,
}

impl Courier {
    /// Sends the event until it is delivered or dead. `stop` ends a wait between two attempts,
    /// never an attempt.
    ///
    /// # Errors
    /// When the dead letter cannot be written, or `tell` fails.
    pub(super) async fn carry(
        &self,
        event: &Archived<'_>,
        stop: &CancellationToken,
        tell: &mut impl FnMut(Progress<'_>) -> io::Result<()>,
    ) -> anyhow::Result<Fate> {
        let request = Request { to: self.to.clone(), body: event.event.get().to_owned() };
        let begun = self.clock.now();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let failure = match self.sender.send(&request, &[]).await {
                Ok(status) => {
                    tell(Progress::Delivered { attempts, status })?;
                    return Ok(Fate::Delivered);
                }
                Err(failure) => failure,
            };
            let error = failure.error.as_str();
            match self.policy.next(&failure, attempts, self.clock.now().since(begun)) {
                Next::Dead(condition) => {
                    let (at, error) = (self.clock.now(), failure.error.clone());
                    let undelivered = Undelivered { at, attempts, error, condition };
                    self.bury(event, request, undelivered)?;
                    tell(Progress::Dead { attempts, error: &failure.error })?;
                    return Ok(Fate::Dead);
                }
                Next::Again(wait) => {
                    tell(Progress::Retried { attempts, error, wait_ms: wait.as_millis() })?;
                    if stop.run_until_cancelled(sleep(wait)).await.is_none() {
                        return Ok(Fate::Unsettled);
                    }
                }
            }
        }
    }

    fn bury(
        &self,
        event: &Archived<'_>,
        request: Request,
        undelivered: Undelivered,
    ) -> anyhow::Result<()> {
        let Archived { position, event } = *event;
        let letter = DeadLetter::of(request, event, position, None, undelivered)?;
        self.dead_letters.append([&letter]).with_context(|| {
            let path = self.dead_letters.path().display();
            format!("cannot write the dead letter at position {position} to {path}")
        })?;
        Ok(())
    }
}
