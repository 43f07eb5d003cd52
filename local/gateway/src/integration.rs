//! The bound on how long the gateway waits for what it has passed a request on to.

use std::time::Duration;

use tokio::time::timeout;

use crate::refusal::Refusal;

/// What the call answers.
///
/// # Errors
/// 504 where it takes longer than `wait`. It is not stopped by that: what it does, it may still do.
pub(crate) async fn within<T>(
    wait: Duration,
    name: &str,
    call: impl Future<Output = T>,
) -> Result<T, Refusal> {
    timeout(wait, call).await.map_err(|_| {
        tracing::error!(integration = name, seconds = wait.as_secs(), "no answer in time");
        Refusal::gateway_timeout(wait)
    })
}
