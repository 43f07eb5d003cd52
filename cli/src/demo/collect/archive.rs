//! The bus's archive: the events that subscribers got.

use anyhow::Context;
use domain::{Envelope, Timestamp};
use futures::TryStreamExt;
use local::System;
use serde::Deserialize;

use crate::client::Archive;
use crate::demo::facts::Published;

/// A line of the archive.
#[derive(Deserialize)]
struct Archived {
    received_at: Timestamp,
    event: Delivered,
}

/// The form in which EventBridge delivers an event; only the detail is ours.
#[derive(Deserialize)]
struct Delivered {
    detail: Envelope,
}

/// Every event of the archive, in order.
pub(super) async fn published(system: &System) -> anyhow::Result<Vec<Published>> {
    let archive = Archive::new(&system.urls().aws.parse()?)?;
    let lines: Vec<String> = archive.events(&[]).await?.try_collect().await?;
    lines.iter().map(|line| read(line)).collect()
}

/// Reads one line of the archive.
pub(in crate::demo) fn read(line: &str) -> anyhow::Result<Published> {
    let archived: Archived =
        serde_json::from_str(line).with_context(|| format!("no event of ours: {line}"))?;
    Ok(Published { received_at: archived.received_at, event: archived.event.detail })
}
