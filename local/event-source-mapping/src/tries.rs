//! What follows a failure: the rules of retrying, splitting and giving up.
//!
//! Source: "Retain discarded records for a DynamoDB event source" and "Configuring partial batch
//! response with DynamoDB and Lambda" in the Lambda developer guide:
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html>.

use uuid::Uuid;

use crate::config::MappingConfig;
use crate::invocation::Failure;

/// How often a batch, or the rest of it, has been tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tries {
    /// How often the function was run on it.
    pub(crate) invocations: u32,
    /// The last of those invocations.
    pub(crate) last: Option<Invocation>,
    /// The invocations that count against the limit of retries.
    retries: u32,
}

/// One invocation, in the form for the record of a discarded batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invocation {
    pub(crate) request_id: Uuid,
    /// Whether the function failed. Otherwise it answered and reported records.
    pub(crate) failed: bool,
}

/// What to do with the records that an invocation left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Hand them over again.
    Again,
    /// Hand over their first half again, and then the second.
    Halves,
    /// Give them up.
    GiveUp,
}

impl Tries {
    /// Records a failure that left this many records, and decides.
    ///
    /// Splitting is not a retry. A reported record splits a batch too: the records before it are
    /// done. If it is the first of several, no records are before it, and the batch is halved like
    /// after any other failure; otherwise the good records after it would share its fate.
    pub(crate) fn next(
        &mut self,
        config: &MappingConfig,
        request_id: Uuid,
        failure: &Failure,
        left: usize,
    ) -> Next {
        if failure.error.as_ref().is_some_and(|error| !error.has_run()) {
            return Next::Again;
        }
        self.invocations += 1;
        self.last = Some(Invocation { request_id, failed: failure.error.is_some() });
        match config.bisect_on_error {
            true if failure.from > 0 => Next::Again,
            true if left > 1 => Next::Halves,
            _ => self.retry(config.max_retry_attempts),
        }
    }

    fn retry(&mut self, limit: Option<u32>) -> Next {
        if limit.is_some_and(|limit| self.retries >= limit) {
            return Next::GiveUp;
        }
        self.retries = self.retries.saturating_add(1);
        Next::Again
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InvokeError;

    fn config(bisect_on_error: bool, max_retry_attempts: Option<u32>) -> MappingConfig {
        MappingConfig { bisect_on_error, max_retry_attempts, ..MappingConfig::new("p", "arn") }
    }

    fn error() -> Failure {
        Failure { from: 0, error: Some(InvokeError::new("Unhandled", "no")) }
    }

    fn reported(from: usize) -> Failure {
        Failure { from, error: None }
    }

    fn throttled() -> Failure {
        let error = InvokeError::new("Lambda.TooManyRequestsException", "later");
        Failure { from: 0, error: Some(error) }
    }

    /// The decision after each failure of one batch that leaves `left` records each time.
    fn followed(config: &MappingConfig, left: usize, failures: &[Failure]) -> Vec<Next> {
        let mut tries = Tries::default();
        let next = |failure| tries.next(config, Uuid::nil(), failure, left);
        failures.iter().map(next).collect()
    }

    #[test]
    fn a_batch_is_retried_as_often_as_the_limit_says() {
        use Next::{Again, GiveUp};
        let failures = [error(), reported(2), error()];
        for (limit, expected) in [
            (None, [Again, Again, Again]),
            (Some(0), [GiveUp, GiveUp, GiveUp]),
            (Some(2), [Again, Again, GiveUp]),
        ] {
            assert_eq!(followed(&config(false, limit), 5, &failures), expected, "{limit:?}");
        }
    }

    #[test]
    fn splitting_costs_no_retry() {
        use Next::{Again, GiveUp, Halves};
        let bisecting = config(true, Some(1));
        assert_eq!(followed(&bisecting, 2, &[error(), error(), reported(0)]), [Halves; 3]);
        assert_eq!(followed(&bisecting, 2, &[reported(1), reported(3)]), [Again, Again]);
        assert_eq!(
            followed(&bisecting, 1, &[reported(1), error(), error()]),
            [Again, Again, GiveUp]
        );
    }

    #[test]
    fn an_invocation_that_did_not_run_the_function_costs_no_retry_and_splits_nothing() {
        let config = config(true, Some(0));
        assert_eq!(followed(&config, 9, &[throttled(), throttled()]), [Next::Again; 2]);
        let mut tries = Tries::default();
        tries.next(&config, Uuid::nil(), &throttled(), 1);
        assert_eq!(tries, Tries::default());
        tries.next(&config, Uuid::nil(), &reported(0), 1);
        let last = Some(Invocation { request_id: Uuid::nil(), failed: false });
        assert_eq!((tries.invocations, tries.last), (1, last));
    }
}
