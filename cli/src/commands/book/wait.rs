//! Waits until no saga works on a trip any more.

use std::time::Duration;

use anyhow::bail;
use domain::TripId;
use operator::hint;
use tokio::time::{Instant, sleep};

use crate::client::{Answer, Api, ClientError};
use crate::output::Output;
use crate::render::trip::Trip;

/// How long to wait between two reads.
const PAUSE: Duration = Duration::from_millis(100);
/// A trip's status before its first commit is seen.
const NOT_YET: u16 = 404;

/// Reads the trip until it has ended, and returns how.
///
/// # Errors
/// When it has not ended within `patience`, or cannot be read.
pub(super) async fn for_end(
    api: &Api,
    trip: &TripId,
    patience: Duration,
    output: &Output,
) -> anyhow::Result<Answer> {
    let deadline = Instant::now() + patience;
    let spinner = output.spinner(format!("{trip}  PENDING"));
    loop {
        if let Some((answer, seen)) = look(api, trip).await? {
            if seen.status.is_terminal() {
                return Ok(answer);
            }
            spinner.say(format!("{trip}  {}", seen.status));
        }
        if Instant::now() >= deadline {
            bail!(
                "{trip} has not ended within {} s; look again with `{}`",
                patience.as_secs(),
                hint::about("get", trip)
            );
        }
        sleep(PAUSE).await;
    }
}

/// The trip, once its first commit is there.
async fn look(api: &Api, trip: &TripId) -> Result<Option<(Answer, Trip)>, ClientError> {
    match api.trip(trip).await {
        Ok(answer) => answer.read().map(|trip| Some((answer, trip))),
        Err(error) if error.status() == Some(NOT_YET) => Ok(None),
        Err(error) => Err(error),
    }
}
