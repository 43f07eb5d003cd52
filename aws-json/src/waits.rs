//! How long a call and each of its attempts may take.

use std::time::Duration;

use aws_smithy_async::future::timeout::Timeout;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, default_async_sleep};
use aws_types::SdkConfig;

use crate::CallFailed;

/// The limits of a configuration, and its way to let time pass.
#[derive(Clone, Debug)]
pub(crate) struct Waits {
    sleep: Option<SharedAsyncSleep>,
    /// The longest time of one attempt.
    pub(crate) attempt: Option<Duration>,
    /// The longest time of a call with all its attempts.
    pub(crate) call: Option<Duration>,
}

impl Waits {
    pub(crate) fn of(config: &SdkConfig) -> Self {
        let timeouts = config.timeout_config();
        Self {
            sleep: config.sleep_impl().or_else(default_async_sleep),
            attempt: timeouts.and_then(|timeouts| timeouts.operation_attempt_timeout()),
            call: timeouts.and_then(|timeouts| timeouts.operation_timeout()),
        }
    }

    pub(crate) async fn pause(&self, time: Duration) {
        if let Some(sleep) = &self.sleep {
            sleep.sleep(time).await;
        }
    }

    /// What the work comes to within the limit, if there is one.
    pub(crate) async fn within<T>(
        &self,
        limit: Option<Duration>,
        work: impl Future<Output = Result<T, CallFailed>>,
    ) -> Result<T, CallFailed> {
        match self.sleep.as_ref().zip(limit) {
            Some((sleep, limit)) => {
                Timeout::new(work, sleep.sleep(limit)).await.unwrap_or(Err(CallFailed::Late))
            }
            None => work.await,
        }
    }
}
