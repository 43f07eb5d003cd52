//! The clock and the waits of a runner, so that a demo or a test can shorten them. Only this module
//! reads the time.

use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;

/// The clock and the waits of a runner.
pub trait Timer: Send + Sync {
    /// The present time.
    fn now(&self) -> Timestamp;

    /// Ends when `duration` has passed: the wait before a retry.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Ends when a task's time limit has passed. As [`Timer::sleep`] by default.
    fn deadline(&self, limit: Duration) -> BoxFuture<'static, ()> {
        self.sleep(limit)
    }
}

/// Real time.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemTimer;

impl Timer for SystemTimer {
    #[expect(clippy::disallowed_methods, reason = "this is the runner's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Real time with shorter waits. The time limits of tasks stay the same by default: a loaded
/// machine might otherwise exceed them by chance.
#[derive(Debug, Clone, Copy)]
pub struct FastTimer {
    waits: u32,
    deadlines: u32,
}

impl FastTimer {
    /// Divides the waits before retries by `factor`; 0 counts as 1.
    #[must_use]
    pub fn new(factor: u32) -> Self {
        Self { waits: factor.max(1), deadlines: 1 }
    }

    /// Divides the time limits of tasks by `factor` too; 0 counts as 1.
    #[must_use]
    pub fn with_deadlines(self, factor: u32) -> Self {
        Self { deadlines: factor.max(1), ..self }
    }
}

impl Timer for FastTimer {
    fn now(&self) -> Timestamp {
        SystemTimer.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        SystemTimer.sleep(duration / self.waits)
    }

    fn deadline(&self, limit: Duration) -> BoxFuture<'static, ()> {
        SystemTimer.sleep(limit / self.deadlines)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{FastTimer, SystemTimer, Timer};

    async fn took(wait: impl Future<Output = ()>) -> Duration {
        let start = Instant::now();
        wait.await;
        start.elapsed()
    }

    // Tokio's clock is paused and jumps to the next timer, so these lengths are exact to its
    // resolution of 1 ms.
    #[tokio::test(start_paused = true)]
    async fn a_fast_timer_shortens_waits_and_leaves_time_limits_whole() {
        let minute = Duration::from_secs(60);
        let cases = [
            (took(SystemTimer.sleep(minute)).await, 60_000),
            (took(SystemTimer.deadline(minute)).await, 60_000),
            (took(FastTimer::new(100).sleep(minute)).await, 600),
            (took(FastTimer::new(100).deadline(minute)).await, 60_000),
            (took(FastTimer::new(100).with_deadlines(10).deadline(minute)).await, 6_000),
            (took(FastTimer::new(0).sleep(minute)).await, 60_000),
        ];
        for (took, expected) in cases {
            let millis = u64::try_from(took.as_millis()).unwrap();
            assert!(millis.abs_diff(expected) <= 1, "{millis} ms, not {expected}");
        }
    }
}
