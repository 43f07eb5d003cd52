//! How often and for how long an event is sent, and the waits in between.

use std::time::Duration;

use rand::Rng;

use crate::outcome::{Exhausted, Failure};

/// The limits of the attempts to deliver one event, and their pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often an event is sent again after the first attempt.
    pub retries: u32,
    /// How old an event may be when it is sent again.
    pub age: Duration,
    /// The first wait. Each further one is twice as long.
    pub first: Duration,
    /// The longest wait of its own accord.
    pub longest: Duration,
    /// The longest wait that a target may ask for.
    pub longest_asked: Duration,
    /// Whether a wait of its own accord is shortened by chance, to at least half of it, so that
    /// events that failed together do not come again together.
    pub jitter: bool,
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another attempt after this wait.
    Again(Duration),
    /// Nothing: the event is a dead letter. The limit that ended the attempts, unless another
    /// attempt would not have helped.
    Dead(Option<Exhausted>),
}

impl RetryPolicy {
    /// The limits of an EventBridge target that names none, 185 retries within a day. The waits are
    /// chosen so that the retries last for most of that day.
    pub const TARGET: Self = Self {
        retries: 185,
        age: Duration::from_secs(24 * 60 * 60),
        first: Duration::from_millis(500),
        longest: Duration::from_secs(10 * 60),
        longest_asked: Duration::from_secs(60 * 60),
        jitter: true,
    };

    /// What follows a failed attempt: `attempts` were made until now, of an event of this age.
    #[must_use]
    pub fn next(&self, failure: &Failure, attempts: u32, age: Duration) -> Next {
        let Some(asked) = failure.again else { return Next::Dead(None) };
        if attempts > self.retries {
            return Next::Dead(Some(Exhausted::MaximumRetryAttempts));
        }
        let wait = self.wait(attempts).max(asked.min(self.longest_asked));
        match age.saturating_add(wait) > self.age {
            true => Next::Dead(Some(Exhausted::MaximumEventAgeInSeconds)),
            false => Next::Again(wait),
        }
    }

    fn wait(&self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1);
        let wait = self.first.saturating_mul(2_u32.saturating_pow(doublings)).min(self.longest);
        if self.jitter { wait.mul_f64(rand::rng().random_range(0.5..=1.0)) } else { wait }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: RetryPolicy = RetryPolicy { jitter: false, ..RetryPolicy::TARGET };

    fn waits(policy: &RetryPolicy, asked: Duration) -> Vec<Duration> {
        let failure = Failure::passing("503", asked);
        let next = |attempts| match policy.next(&failure, attempts, Duration::ZERO) {
            Next::Again(wait) => Some(wait),
            Next::Dead(_) => None,
        };
        (1..).map_while(next).collect()
    }

    #[test]
    fn waits_double_up_to_the_longest_and_last_for_most_of_a_day() {
        let waits = waits(&PLAIN, Duration::ZERO);
        assert_eq!(waits.len(), 185);
        let first: Vec<_> = waits[..12].iter().map(Duration::as_millis).collect();
        let expected = [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000];
        assert_eq!(first, [&expected[..], &[512_000, 600_000]].concat());
        let total: Duration = waits.iter().sum();
        assert!((total.mul_f64(0.75)) > Duration::from_secs(21 * 60 * 60), "{total:?}");
    }

    #[test]
    fn jitter_shortens_a_wait_to_half_of_it_at_most() {
        for (plain, wait) in
            waits(&PLAIN, Duration::ZERO).iter().zip(waits(&RetryPolicy::TARGET, Duration::ZERO))
        {
            assert!(*plain / 2 <= wait && wait <= *plain, "{wait:?} of {plain:?}");
        }
    }

    #[test]
    fn a_target_may_ask_for_more_time_up_to_a_limit() {
        assert_eq!(
            waits(&PLAIN, Duration::from_secs(3))[..4],
            [3, 3, 3, 4].map(Duration::from_secs)
        );
        assert_eq!(waits(&PLAIN, Duration::from_secs(9000))[0], PLAIN.longest_asked);
    }

    #[test]
    fn the_limit_that_ends_the_attempts_is_named() {
        let policy = RetryPolicy { retries: 2, age: Duration::from_secs(60), ..PLAIN };
        let passing = Failure::passing("503", Duration::ZERO);
        let attempts = Some(Exhausted::MaximumRetryAttempts);
        let age = Some(Exhausted::MaximumEventAgeInSeconds);
        for (failure, attempts, seconds, expected) in [
            (&passing, 1, 0, Next::Again(Duration::from_millis(500))),
            (&passing, 2, 59, Next::Again(Duration::from_secs(1))),
            (&passing, 2, 60, Next::Dead(age)),
            (&passing, 3, 0, Next::Dead(attempts)),
            (&Failure::for_good("400"), 1, 0, Next::Dead(None)),
        ] {
            assert_eq!(policy.next(failure, attempts, Duration::from_secs(seconds)), expected);
        }
        let once = RetryPolicy { retries: 0, ..PLAIN };
        assert_eq!(once.next(&passing, 1, Duration::ZERO), Next::Dead(attempts));
    }

    #[test]
    fn any_number_of_attempts_has_a_wait() {
        let endless = RetryPolicy { retries: u32::MAX, age: Duration::MAX, ..PLAIN };
        let failure = Failure::away("refused");
        assert_eq!(endless.next(&failure, 5000, Duration::ZERO), Next::Again(PLAIN.longest));
    }
}
