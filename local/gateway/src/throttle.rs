//! The rate limit: a token bucket for the whole gateway, as API Gateway has one for a stage.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Failure};
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use lambda_kit::http::Problem;
use tokio::time::Instant;

use crate::refusal::Refusal;
use crate::settings::Rate;

/// One bucket for all requests.
#[derive(Debug)]
pub(crate) struct Throttle {
    bucket: RateLimiter<NotKeyed, InMemoryState, Uptime, NoOpMiddleware<Duration>>,
    clock: Uptime,
}

/// The time since the gateway was built, by the same clock as its timers.
#[derive(Clone, Debug)]
struct Uptime(Instant);

impl Clock for Uptime {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Throttle {
    /// A full bucket.
    pub(crate) fn new(rate: Rate) -> Self {
        let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
        let clock = Uptime(Instant::now());
        Self { bucket: RateLimiter::direct_with_clock(quota, clock.clone()), clock }
    }

    /// Takes a token, or returns how long until there is one.
    fn take(&self) -> Result<(), Duration> {
        self.bucket.check().map_err(|not_yet| not_yet.wait_time_from(self.clock.now()))
    }
}

/// Passes a request for a token. For use with `axum::middleware::from_fn_with_state`.
pub(crate) async fn check(
    State(throttle): State<Arc<Throttle>>,
    request: Request,
    next: Next,
) -> Response {
    match throttle.take() {
        Ok(()) => next.run(request).await,
        Err(wait) => too_many(wait).into_response(),
    }
}

fn too_many(wait: Duration) -> Refusal {
    let detail = "too many requests a second; wait as long as Retry-After says, and send it again";
    let problem = Problem::from(Failure::new(ErrorCode::TooManyRequests, detail));
    problem.retry_after(whole_seconds(wait)).into()
}

/// Rounded up: a client that comes back a moment too early would be refused again.
fn whole_seconds(wait: Duration) -> u32 {
    let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0));
    u32::try_from(seconds.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    fn bucket(per_second: u32, burst: u32) -> Throttle {
        let [per_second, burst] = [per_second, burst].map(|count| NonZeroU32::new(count).unwrap());
        Throttle::new(Rate { per_second, burst })
    }

    fn taken(bucket: &Throttle) -> usize {
        std::iter::repeat_with(|| bucket.take()).take_while(Result::is_ok).count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_bucket_is_empty_after_its_burst() {
        assert_eq!(taken(&bucket(100, 200)), 200);
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_bucket_fills_at_its_rate_and_never_beyond_its_burst() {
        let bucket = bucket(4, 10);
        assert_eq!(taken(&bucket), 10);
        assert_eq!(bucket.take(), Err(Duration::from_millis(250)));
        for (wait, tokens) in [(250, 1), (1_000, 4), (60_000, 10)] {
            tokio::time::advance(Duration::from_millis(wait)).await;
            assert_eq!(taken(&bucket), tokens, "after {wait} ms");
        }
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds_that_are_enough() {
        for (millis, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (2_500, 3)] {
            assert_eq!(whole_seconds(Duration::from_millis(millis)), seconds, "{millis} ms");
        }
    }
}
