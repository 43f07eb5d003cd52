//! The limit on how long the gateway waits for the service behind it.

use std::time::Duration;

use tokio::time::timeout;

use crate::refusal::Refusal;

/// The answer of the call.
///
/// # Errors
/// 504 if it takes longer than `wait`. That does not stop the call: it may still take effect.
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
