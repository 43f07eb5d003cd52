//! The runner: Step Functions' calls on one side, one driver task for each running execution on the
//! other.

mod attempt;
mod control;
mod core;
mod driver;
mod live;
mod machines;
mod news;
mod open;
mod prune;
mod query;
mod redrivable;
mod retention;
mod start;
mod step;
mod tokens;
mod turns;

use core::Core;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::api::ApiError;

pub use open::{OpenError, Options};
pub use start::Place;

/// A handle on a running set of state machines; clones share it.
///
/// An execution with a driver in this process continues until it ends, until [`Runner::shutdown`],
/// or until the process dies; in the last two cases the next [`Runner::open`] continues it.
#[derive(Clone)]
pub struct Runner {
    core: Arc<Core>,
}

impl Runner {
    /// The number of running executions.
    #[must_use]
    pub fn running_count(&self) -> usize {
        self.core.live.count()
    }

    /// Waits until no execution is running.
    pub async fn idle(&self) {
        self.core.live.idle().await;
    }

    /// Refuses the next `starts` calls of [`Runner::start`] with `ThrottlingException`, to test
    /// callers.
    pub fn throttle_starts(&self, starts: u32) {
        self.core.throttled.store(starts, Ordering::SeqCst);
    }

    /// Stops taking steps, and waits until the steps in flight are written.
    ///
    /// A wait before a retry ends at once; an invocation is awaited, so this takes at most as long
    /// as a task's time limit. Dropping the future, or killing the process, earlier loses nothing:
    /// the step is taken again.
    pub async fn shutdown(&self) {
        self.core.closing.cancel();
        self.core.tasks.close();
        self.core.tasks.wait().await;
    }

    /// Runs `work` to its end even when the caller stops waiting, so that an execution that it
    /// wrote always gets a driver.
    async fn detached<T, W>(&self, work: W) -> Result<T, ApiError>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        if self.core.closing.is_cancelled() {
            return Err(ApiError::ShuttingDown);
        }
        self.core.tasks.spawn(work).await.map_err(|_| ApiError::ShuttingDown)?
    }
}
