//! Runs a schedule on a function within this process.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use serde_json::Value;

use super::{Delivery, Mishap, Outcome, Report, Schedule};

impl Schedule<'_> {
    /// Hands every batch to `function` until all is processed, or one batch has failed as often in
    /// a row as the plan allows.
    ///
    /// `function` gets the event as Lambda sends it, and its answer is read as by Lambda with
    /// `ReportBatchItemFailures`; an error fails the whole batch. Where the schedule has it die, it
    /// is dropped while it waits, or its answer is thrown away. Its own calls are not failed
    /// ([`Mishap::FailsFrom`]), and it is not told how late a batch comes: for these call
    /// [`Schedule::deliver`] and [`Schedule::take`] instead.
    pub async fn run<E>(
        &mut self,
        mut function: impl AsyncFnMut(Value) -> Result<Value, E>,
    ) -> Report {
        let mut failures = 0;
        while failures < self.plan.attempts {
            let Some(delivery) = self.deliver() else { break };
            let answer = live(&delivery, function(delivery.event())).await;
            let outcome = match answer {
                Some(Ok(answer)) => Outcome::Answered(answer),
                Some(Err(_)) | None => Outcome::Died,
            };
            failures = if self.take(&outcome) { 0 } else { failures + 1 };
        }
        self.report()
    }
}

/// Runs an invocation to its answer; none where it dies, or where nobody hears its answer.
async fn live<T>(delivery: &Delivery<'_>, invocation: impl Future<Output = T>) -> Option<T> {
    let waits = match delivery.mishap {
        Some(Mishap::DiesBefore(n) | Mishap::DiesDuring(n) | Mishap::DiesAfter(n)) => n,
        _ => usize::MAX,
    };
    let answer = up_to_wait(waits, invocation).await;
    answer.filter(|_| !delivery.mishap.is_some_and(Mishap::is_fatal))
}

/// Drops the future when it waits for the n-th time.
async fn up_to_wait<T>(n: usize, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut waits) = (pin!(future), 0);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => {
            waits += 1;
            if waits >= n { Poll::Ready(None) } else { Poll::Pending }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use tokio::task::yield_now;

    use super::*;

    #[tokio::test]
    async fn a_function_dies_at_its_nth_wait_or_ends_before_it() {
        for (n, expected) in [(1, (1, None)), (2, (2, None)), (3, (3, Some(())))] {
            let mut begun = 0;
            let function = async {
                for _ in 0..2 {
                    begun += 1;
                    yield_now().await;
                }
                begun += 1;
            };
            let answer = up_to_wait(n, function).await;
            assert_eq!((begun, answer), expected, "{n}");
        }
    }
}
