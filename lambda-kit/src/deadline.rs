//! How long an invocation may still work: its deadline comes before the function's timeout.

use std::future::Future;
use std::time::Duration;

use domain::Clock;
use lambda_runtime::Context;
use tokio::time::{Instant, timeout_at};

/// The time that is kept free before the function's timeout, to answer in.
const MARGIN: Duration = Duration::from_millis(1_500);
/// The time of an invocation without a deadline, for example outside of Lambda.
const UNBOUNDED: Duration = Duration::from_secs(15);

/// The moment by which an invocation must have answered.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

/// Why a call with a deadline did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missed<E> {
    /// The call failed.
    #[error(transparent)]
    Failed(E),
    /// The deadline passed before the call answered.
    #[error("no answer in time")]
    OutOfTime,
}

impl Deadline {
    /// The invocation's deadline, less the time to answer.
    #[must_use]
    pub fn of(context: &Context, clock: &dyn Clock) -> Self {
        let left = match i64::try_from(context.deadline) {
            Ok(0) | Err(_) => UNBOUNDED,
            Ok(at) => Duration::from_millis(millis_until(at, clock)),
        };
        Self::after(left.saturating_sub(MARGIN))
    }

    /// The moment `time` from now.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// The moment `time` before this one.
    #[must_use]
    pub fn less(&self, time: Duration) -> Self {
        Self(self.0.checked_sub(time).unwrap_or(self.0))
    }

    /// How much time is left.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether no time is left.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        self.remaining().is_zero()
    }

    /// Whether something that takes `time` would still end before this moment.
    #[must_use]
    pub fn leaves(&self, time: Duration) -> bool {
        self.remaining() > time
    }

    /// The moment at which the first of `parts` equal parts of the remaining time ends.
    #[must_use]
    pub fn part(&self, parts: u32) -> Self {
        Self::after(self.remaining() / parts)
    }

    /// The result of the work, unless the deadline comes first.
    pub async fn within<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        timeout_at(self.0, work).await.ok()
    }

    /// The result of the call.
    ///
    /// # Errors
    /// [`Missed`] if the call fails, or the deadline comes first.
    pub async fn call<T, E>(
        &self,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Missed<E>> {
        let answer = self.within(call).await.ok_or(Missed::OutOfTime)?;
        answer.map_err(Missed::Failed)
    }
}

fn millis_until(at: i64, clock: &dyn Clock) -> u64 {
    u64::try_from(at.saturating_sub(clock.now().as_millis())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use testing::FixedClock;

    use super::*;

    fn deadline(at: u64) -> Deadline {
        let mut context = Context::default();
        context.deadline = at;
        Deadline::of(&context, &FixedClock::at_millis(1_000_000))
    }

    #[tokio::test(start_paused = true)]
    async fn an_invocation_ends_before_its_functions_timeout() {
        assert_eq!(deadline(1_015_000).remaining(), Duration::from_millis(13_500));
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_in_the_past_has_passed() {
        assert!(deadline(999_999).has_passed());
        assert!(deadline(1_001_000).has_passed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_outside_of_lambda_is_given_a_deadline_too() {
        assert_eq!(deadline(0).remaining(), Duration::from_millis(13_500));
        assert!(deadline(0).leaves(Duration::from_secs(13)));
        assert!(!deadline(0).leaves(Duration::from_secs(14)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_is_answered_by_its_deadline_or_not_at_all() {
        let deadline = Deadline::after(Duration::from_secs(8));
        assert_eq!(deadline.call(async { Ok::<_, ()>(1) }).await, Ok(1));
        assert_eq!(deadline.call(async { Err::<(), _>(2) }).await, Err(Missed::Failed(2)));
        let silent = std::future::pending::<Result<(), ()>>();
        assert_eq!(deadline.part(4).call(silent).await, Err(Missed::OutOfTime));
        assert_eq!(deadline.remaining(), Duration::from_secs(6));
    }
}
