//! Waits until a system has no work left.

use std::time::Duration;

use local::System;
use store::outbox::Outbox;
use tokio::time::{Instant, sleep};

use super::collect::Tables;
use crate::output::Output;

/// How long open work may last when nothing runs: longer than the sweeper takes to find it.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long to wait between two reads.
const PAUSE: Duration = Duration::from_millis(100);

/// Waits until no saga runs, both consumers have caught up and every event is dispatched. The
/// checks report work that stays open for too long.
///
/// # Errors
/// When a consumer has stopped or the tables cannot be read.
pub async fn settle(system: &System, output: &Output, doing: &str) -> anyhow::Result<()> {
    let _spinner = output.spinner(doing.to_owned());
    system.idle().await?;
    let outbox: Outbox = Tables::of(system).await?.outbox;
    let deadline = Instant::now() + PATIENCE;
    while outbox.open_counts().await?.pending_events > 0 && Instant::now() < deadline {
        sleep(PAUSE).await;
        system.idle().await?;
    }
    Ok(())
}
