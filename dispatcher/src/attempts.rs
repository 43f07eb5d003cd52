//! One call to the bus, and retries for the events that the bus did not take for now.

use std::time::Duration;

use lambda_kit::deadline::{Deadline, Missed};
use lambda_kit::error::chain;
use store::outbox::PendingEvent;
use tokio::time::sleep;

use crate::publisher::{BusAnswer, PublishFailed, Publisher};

/// How often an event is sent in one call before the call gives it up.
const ATTEMPTS: u32 = 5;
/// The longest first pause; it doubles with each attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The result of sending one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The bus accepted it.
    Taken,
    /// The bus answered that it does not take the event for now, for this reason.
    NotNow(String),
    /// The bus will never take it, for this reason.
    Refused(String),
    /// There was no answer, for this reason. The bus may have the event.
    Unheard(String),
    /// The bus takes nothing at all, for this reason; sending it once more is pointless.
    Closed(String),
}

/// Calls to the bus; none waits beyond `until`.
pub(crate) struct Attempts<'a> {
    pub(crate) publisher: &'a dyn Publisher,
    pub(crate) until: Deadline,
}

impl Attempts<'_> {
    /// Publishes the events of one call and returns the result of each, in order. Retries a few
    /// times the events that the bus does not take for now.
    pub(crate) async fn publish(&self, events: &[&PendingEvent<'_>]) -> Vec<Outcome> {
        // All are sent at least once.
        let mut outcomes = vec![Outcome::Unheard(String::new()); events.len()];
        let mut open: Vec<usize> = (0..events.len()).collect();
        for attempt in 0..ATTEMPTS {
            if attempt > 0 && !self.pause(attempt).await {
                break;
            }
            let sent: Vec<_> = open.iter().map(|&at| events[at]).collect();
            for (&at, outcome) in open.iter().zip(self.send(&sent).await) {
                outcomes[at] = outcome;
            }
            open.retain(|&at| matches!(outcomes[at], Outcome::NotNow(_) | Outcome::Unheard(_)));
            if open.is_empty() {
                break;
            }
        }
        outcomes
    }

    /// Returns an outcome for each event, even if the call failed, timed out, was refused, or
    /// answered for too few events.
    async fn send(&self, events: &[&PendingEvent<'_>]) -> Vec<Outcome> {
        let mut outcomes = match self.until.call(self.publisher.publish(events)).await {
            Ok(answers) => answers.into_iter().map(Outcome::from).collect(),
            Err(Missed::Failed(error @ PublishFailed::Refused(_))) => {
                self.alone(events, error).await
            }
            Err(Missed::Failed(error @ PublishFailed::Closed(_))) => {
                failed(events, &chain(&error), Outcome::Closed)
            }
            Err(error) => failed(events, &chain(&error), Outcome::Unheard),
        };
        let unanswered = || Outcome::NotNow("the bus left it unanswered".to_owned());
        outcomes.resize_with(events.len(), unanswered);
        outcomes
    }

    /// Sends each event of a refused call separately: the event at fault is refused again, the
    /// others are not.
    async fn alone(&self, events: &[&PendingEvent<'_>], refused: PublishFailed) -> Vec<Outcome> {
        let error = chain(&refused);
        if events.len() == 1 {
            return vec![Outcome::Refused(error)];
        }
        tracing::warn!(entries = events.len(), error, "a call is sent entry by entry");
        let mut outcomes = Vec::with_capacity(events.len());
        for event in events.chunks(1) {
            outcomes.extend(Box::pin(self.send(event)).await);
        }
        outcomes
    }

    /// Waits for a random part of a growing time. Returns `false` if that would leave no time to
    /// send.
    async fn pause(&self, attempt: u32) -> bool {
        let longest = FIRST_PAUSE * 2_u32.pow(attempt - 1);
        let pause = longest.mul_f64(rand::random_range(0.0..1.0));
        let in_time = self.until.leaves(pause);
        if in_time {
            sleep(pause).await;
        }
        in_time
    }
}

/// The same outcome for each event of a failed call.
fn failed(
    events: &[&PendingEvent<'_>],
    reason: &str,
    outcome: fn(String) -> Outcome,
) -> Vec<Outcome> {
    tracing::warn!(entries = events.len(), reason, "a call to the event bus failed");
    vec![outcome(reason.to_owned()); events.len()]
}

impl From<BusAnswer> for Outcome {
    fn from(answer: BusAnswer) -> Self {
        match answer {
            BusAnswer::Accepted => Self::Taken,
            BusAnswer::TryAgain(reason) => Self::NotNow(reason),
            BusAnswer::Refused(reason) => Self::Refused(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;
    use rstest::rstest;
    use tokio::time::Instant;

    use super::*;
    use crate::Limits;
    use crate::fakes::{World, event};

    fn attempts(publisher: &dyn Publisher) -> Attempts<'_> {
        Attempts { publisher, until: Deadline::after(Duration::from_secs(60)) }
    }

    /// The longest of many pauses, which is almost certainly close to the longest possible pause.
    async fn longest_pause(attempt: u32) -> Duration {
        let deps = Arc::new(World::default()).deps(Limits::default());
        let mut longest = Duration::ZERO;
        for _ in 0..100 {
            let begun = Instant::now();
            assert!(attempts(&*deps.publisher).pause(attempt).await);
            longest = longest.max(begun.elapsed());
        }
        longest
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_pause_doubles_from_attempt_to_attempt() {
        for (attempt, millis) in [(1, 100), (2, 200), (3, 400), (4, 800)] {
            let longest = longest_pause(attempt).await;
            // A timer may be a millisecond late.
            let bound = Duration::from_millis(millis + 1);
            assert!(bound / 2 < longest && longest <= bound, "{attempt}: {longest:?}");
        }
    }

    /// A bus whose calls all fail in one way.
    struct Failing {
        failure: fn(Box<dyn std::error::Error + Send + Sync>) -> PublishFailed,
        calls: AtomicU32,
    }

    #[async_trait]
    impl Publisher for Failing {
        async fn publish(&self, _: &[&PendingEvent<'_>]) -> Result<Vec<BusAnswer>, PublishFailed> {
            self.calls.fetch_add(1, Ordering::SeqCst);
            Err((self.failure)("no".into()))
        }
    }

    #[rstest]
    #[case::it_may_answer_the_next_time(PublishFailed::Unanswered, ATTEMPTS)]
    #[case::it_takes_nothing_at_all(PublishFailed::Closed, 1)]
    #[case::the_event_is_at_fault(PublishFailed::Refused, 1)]
    #[tokio::test(start_paused = true)]
    async fn a_call_that_failed_is_made_again_only_where_that_may_help(
        #[case] failure: fn(Box<dyn std::error::Error + Send + Sync>) -> PublishFailed,
        #[case] calls: u32,
    ) {
        let bus = Failing { failure, calls: AtomicU32::new(0) };
        attempts(&bus).publish(&[&event("trip-1", 1).into()]).await;
        assert_eq!(bus.calls.into_inner(), calls);
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_bus_is_given_time_between_attempts() {
        let world = Arc::new(World { failing_calls: usize::MAX.into(), ..World::default() });
        let deps = world.deps(Limits::default());
        let begun = Instant::now();
        let outcomes = attempts(&*deps.publisher).publish(&[&event("trip-1", 1).into()]).await;
        let [Outcome::Unheard(reason)] = &outcomes[..] else { panic!("{outcomes:?}") };
        assert!(reason.contains("connection reset"), "{reason}");
        assert!(!begun.elapsed().is_zero());
    }
}
