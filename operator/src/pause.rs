//! Pauses a consumer of the stream, and resumes it where it was paused.

use crate::consumers::Consumer;
use crate::{Installation, Task, audit};

/// Pauses a consumer, and waits until that is done. The stream keeps its records for 24 hours.
///
/// # Errors
/// When the service cannot be called, or it takes too long.
pub async fn pause(at: &Installation, consumer: Consumer) -> anyhow::Result<()> {
    at.consumers.enable(consumer, false).await?;
    audit::note(at, "pause", consumer, "done");
    Ok(())
}

/// Resumes a consumer, and waits until that is done.
///
/// # Errors
/// As [`pause`].
pub fn resume(at: &Installation, consumer: Consumer) -> Task<'_, ()> {
    Box::pin(async move {
        at.consumers.enable(consumer, true).await?;
        audit::note(at, "resume", consumer, "done");
        Ok(())
    })
}
