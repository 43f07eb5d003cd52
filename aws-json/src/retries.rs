//! Which attempts follow a failed one: as many as the SDK's standard mode makes, after the same
//! pauses.
//!
//! Source: "Retry behavior" in the AWS SDKs and Tools reference guide, and `StandardRetryStrategy`
//! of the SDK.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use rand::Rng;

use crate::CallFailed;
use crate::failure::Retryable;

/// Tokens of a client that has not failed.
const FULL: u32 = 500;
/// What a retry costs, if nothing is gained by it.
const THROTTLED: u32 = 5;
const TRANSIENT: u32 = 10;

/// How often and how late a client tries again.
#[derive(Debug)]
pub(crate) struct Policy {
    attempts: u32,
    first_pause: Duration,
    longest_pause: Duration,
    quota: Quota,
}

/// Keeps the calls of a client from multiplying while their service is down.
#[derive(Debug)]
struct Quota(AtomicU32);

/// The attempts of one call.
#[derive(Debug)]
pub(crate) struct Retries<'a> {
    policy: &'a Policy,
    /// Attempts that have failed.
    failed: u32,
    /// Tokens that the latest retry took.
    held: u32,
}

impl Policy {
    pub(crate) fn of(config: &SdkConfig) -> Self {
        let retries = config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
        Self {
            attempts: retries.max_attempts(),
            first_pause: retries.initial_backoff(),
            longest_pause: retries.max_backoff(),
            quota: Quota(AtomicU32::new(FULL)),
        }
    }

    /// The same, with one attempt for each call.
    pub(crate) fn once(self) -> Self {
        Self { attempts: 1, ..self }
    }

    pub(crate) fn begin(&self) -> Retries<'_> {
        Retries { policy: self, failed: 0, held: 0 }
    }

    /// Twice as long after each failure, shortened at random, unless the service says how long.
    fn pause(&self, failure: &CallFailed, failed: u32) -> Duration {
        if let CallFailed::Refused(refusal) = failure
            && let Some(asked) = refusal.retry_after
        {
            return asked.min(self.longest_pause);
        }
        let doubled = self.first_pause.saturating_mul(1 << failed.min(16));
        doubled.min(self.longest_pause).mul_f64(rand::rng().random::<f64>())
    }
}

impl Retries<'_> {
    /// The number of the next attempt, as the SDK tells it to the service.
    pub(crate) fn number(&self) -> String {
        format!("attempt={}; max={}", self.failed + 1, self.policy.attempts)
    }

    /// How long to wait before the next attempt; `None` if none may follow this failure.
    pub(crate) fn after(&mut self, failure: &CallFailed) -> Option<Duration> {
        let cost = match failure.retryable()? {
            Retryable::Throttled => THROTTLED,
            Retryable::Transient => TRANSIENT,
        };
        let pause = self.policy.pause(failure, self.failed);
        self.failed += 1;
        if self.failed >= self.policy.attempts || !self.policy.quota.take(cost) {
            return None;
        }
        self.held = cost;
        Some(pause)
    }

    /// The call has succeeded: its last retry cost nothing.
    pub(crate) fn succeeded(self) {
        self.policy.quota.give(self.held.max(1));
    }
}

impl Quota {
    fn take(&self, cost: u32) -> bool {
        let take = |left: u32| left.checked_sub(cost);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    fn give(&self, tokens: u32) {
        if self.0.load(Ordering::Relaxed) < FULL {
            let give = |left: u32| Some((left + tokens).min(FULL));
            // It never refuses.
            let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, give);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Refusal;

    fn policy(attempts: u32) -> Policy {
        let retries = RetryConfig::standard()
            .with_max_attempts(attempts)
            .with_initial_backoff(Duration::from_millis(100))
            .with_max_backoff(Duration::from_millis(300));
        Policy::of(&SdkConfig::builder().retry_config(retries).build())
    }

    fn refused(code: &str, retry_after: Option<Duration>) -> CallFailed {
        Refusal { retry_after, ..Refusal::read(400, Some(code), b"{}") }.into()
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_come_to_an_end() {
        let (policy, throttled) = (policy(4), refused("ThrottlingException", None));
        let mut retries = policy.begin();
        for longest in [100, 200, 300] {
            assert!(retries.after(&throttled).unwrap() <= Duration::from_millis(longest));
        }
        assert_eq!(retries.after(&throttled), None);
    }

    #[test]
    fn the_service_says_how_long_to_wait_up_to_the_longest_pause() {
        for (asked, waited) in [(7, 7), (9_000, 300)] {
            let throttled = refused("ThrottlingException", Some(Duration::from_millis(asked)));
            let pause = policy(2).begin().after(&throttled);
            assert_eq!(pause, Some(Duration::from_millis(waited)));
        }
    }

    #[test]
    fn a_client_whose_retries_gain_nothing_makes_no_more_until_calls_succeed() {
        let policy = policy(2);
        let retried = |policy: &Policy| policy.begin().after(&CallFailed::Late).is_some();
        let made = (0..FULL).filter(|_| retried(&policy)).count();
        assert_eq!(made, 50);
        for _ in 0..TRANSIENT {
            policy.begin().succeeded();
        }
        assert!(retried(&policy));
        assert!(!retried(&policy));
    }

    #[test]
    fn a_retry_that_helps_costs_nothing() {
        let policy = policy(2);
        for _ in 0..FULL {
            let mut retries = policy.begin();
            assert!(retries.after(&CallFailed::Late).is_some());
            retries.succeeded();
        }
    }
}
