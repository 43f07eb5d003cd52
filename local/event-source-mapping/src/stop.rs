//! How a mapping is told to stop: work in flight is finished, nothing new is started.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The mapping was told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stopped;

/// The stop signal. Clones are the same signal.
#[derive(Clone, Debug)]
pub(crate) struct Shutdown(CancellationToken);

impl Shutdown {
    pub(crate) fn new(token: CancellationToken) -> Self {
        Self(token)
    }

    /// Whether new work may start.
    pub(crate) fn check(&self) -> Result<(), Stopped> {
        if self.0.is_cancelled() { Err(Stopped) } else { Ok(()) }
    }

    /// Runs `future`, and drops it at once when the mapping is told to stop.
    pub(crate) async fn cuts<T>(&self, future: impl Future<Output = T>) -> Result<T, Stopped> {
        self.0.run_until_cancelled(future).await.ok_or(Stopped)
    }

    pub(crate) async fn pause(&self, time: Duration) -> Result<(), Stopped> {
        self.cuts(tokio::time::sleep(time)).await
    }
}
