//! Brings one event to its target, again and again if need be.

use std::io;

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::dead_letters::{DeadLetter, DeadLetters};
use super::patience::Patience;
use super::report::Progress;
use super::target::Target;

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
    pub(super) target: Target,
    pub(super) patience: Patience,
    pub(super) dead_letters: DeadLetters,
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
        let mut attempts = 0;
        loop {
            attempts += 1;
            let failure = match self.target.post(event.event.get()).await {
                Ok(status) => {
                    tell(Progress::Delivered { attempts, status: status.as_u16() })?;
                    return Ok(Fate::Delivered);
                }
                Err(failure) => failure,
            };
            let error = failure.error.as_str();
            let wait = failure.again.and_then(|least| self.patience.wait(attempts, least));
            let Some(wait) = wait else {
                let Archived { position, event } = *event;
                self.dead_letters.add(&DeadLetter { position, attempts, error, event })?;
                tell(Progress::Dead { attempts, error })?;
                return Ok(Fate::Dead);
            };
            tell(Progress::Retried { attempts, error, wait_ms: wait.as_millis() })?;
            if stop.run_until_cancelled(sleep(wait)).await.is_none() {
                return Ok(Fate::Unsettled);
            }
        }
    }
}
