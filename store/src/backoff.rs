//! How long to wait before a request is retried, and how often.

use std::time::Duration;

use aws_sdk_dynamodb::config::{AsyncSleep, SharedAsyncSleep};
use aws_smithy_async::rt::sleep::default_async_sleep;
use rand::Rng;

use crate::fault::Fault;

/// Pauses that grow with each failure: `floor`, plus a random part of `base`, twice `base`, …,
/// `cap`.
#[derive(Clone, Copy, Debug)]
struct Backoff {
    pauses: u32,
    floor: Duration,
    base: Duration,
    cap: Duration,
}

/// Full jitter, so that requests that collided once do not collide again.
const CONTENTION: Backoff = Backoff {
    pauses: 4,
    floor: Duration::ZERO,
    base: Duration::from_millis(50),
    cap: Duration::from_millis(800),
};

/// DynamoDB finishes or drops an abandoned transaction about five seconds after it began, so the
/// last of these retries must come later than that.
const IN_PROGRESS: Backoff = Backoff {
    pauses: 6,
    floor: Duration::from_secs(1),
    base: Duration::from_millis(50),
    cap: Duration::from_millis(200),
};

impl Backoff {
    /// `None` for a fault that a retry does not help with.
    fn after(fault: Fault) -> Option<Self> {
        match fault {
            Fault::Throttled | Fault::Conflict => Some(CONTENTION),
            Fault::InProgress => Some(IN_PROGRESS),
            _ => None,
        }
    }

    /// The pause after `failures` earlier failures; `None` if no retry is left.
    fn pause(&self, failures: u32) -> Option<Duration> {
        if failures >= self.pauses {
            return None;
        }
        let longest = self.cap.min(self.base.saturating_mul(1 << failures));
        Some(self.floor + longest.mul_f64(rand::rng().random::<f64>()))
    }
}

/// Sends a request until it succeeds, with a pause after each failure. `send` receives the previous
/// failure; `fault` returns what a retry may help with, or `None`. `sleep` is the client's own, if
/// it was given one; the SDK's default is not in its configuration.
///
/// # Errors
/// The last failure: one that no retry helps with, or one too many.
pub(crate) async fn retrying<T, E, F>(
    sleep: Option<SharedAsyncSleep>,
    mut send: impl FnMut(Option<E>) -> F,
    mut fault: impl FnMut(&E) -> Option<Fault>,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    let sleep = sleep.or_else(default_async_sleep);
    let (mut failures, mut last) = (0, None);
    loop {
        let error = match send(last).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        match fault(&error) {
            Some(fault) if wait(sleep.as_ref(), fault, failures).await => failures += 1,
            _ => return Err(error),
        }
        last = Some(error);
    }
}

/// Waits as long as `fault` requires after `failures` earlier failures. Returns `false` without
/// waiting if the request must not be retried.
async fn wait(sleep: Option<&SharedAsyncSleep>, fault: Fault, failures: u32) -> bool {
    let Some(pause) = Backoff::after(fault).and_then(|backoff| backoff.pause(failures)) else {
        return false;
    };
    if let Some(sleep) = sleep {
        sleep.sleep(pause).await;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_within_their_bounds_and_come_to_an_end() {
        for failures in 0..CONTENTION.pauses {
            let pause = CONTENTION.pause(failures).unwrap();
            assert!(pause <= CONTENTION.cap.min(CONTENTION.base * 2_u32.pow(failures)));
        }
        assert_eq!(CONTENTION.pause(CONTENTION.pauses), None);
    }

    #[test]
    fn a_repeat_comes_later_than_the_five_seconds_of_an_abandoned_transaction() {
        let waited: Duration = (0..).map_while(|failures| IN_PROGRESS.pause(failures)).sum();
        assert!(waited > Duration::from_secs(5) && waited < Duration::from_secs(8), "{waited:?}");
    }

    #[test]
    fn what_a_repeat_does_not_mend_is_not_repeated() {
        for fault in [Fault::ConditionFailed, Fault::Rejected, Fault::NotSent, Fault::Unavailable] {
            assert!(Backoff::after(fault).is_none(), "{fault:?}");
        }
    }
}
