//! Collects facts about a system from outside: its tables, its event bus, its search, and the
//! suppliers' books.

mod received;
mod tables;

use std::collections::BTreeSet;

use anyhow::Context;
use domain::{Envelope, Timestamp, TripStatus};
use futures::TryStreamExt;
use local::System;
use serde::Deserialize;
use store::view::SearchRow;

use super::facts::{Booking, Facts, Published};
use crate::client::{Api, Archive};

pub(super) use tables::Tables;

/// So few rows per page that a demo's searches have several pages.
const LIMIT: usize = 40;

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

/// Collects the facts about a system that has settled.
///
/// # Errors
/// When a table, the archive or the API cannot be read, or holds unknown content.
pub async fn collect(system: &System, bookings: Vec<Booking>) -> anyhow::Result<Facts> {
    let tables = Tables::of(system).await?;
    let trips = tables.trips().await?;
    let (rows, committed, ledger, open, published, received, found) = tokio::try_join!(
        tables.rows(),
        tables.events(&trips),
        tables.ledger(),
        tables.open_work(),
        published(system),
        received::received(system),
        found(system, &trips),
    )?;
    Ok(Facts { bookings, trips, rows, found, committed, published, received, open, ledger })
}

/// Every event of the archive, in order.
async fn published(system: &System) -> anyhow::Result<Vec<Published>> {
    let archive = Archive::new(&system.urls().aws.parse()?)?;
    let lines: Vec<String> = archive.events(&[]).await?.try_collect().await?;
    lines.iter().map(|line| read_archived(line)).collect()
}

/// Reads one line of the archive.
pub(super) fn read_archived(line: &str) -> anyhow::Result<Published> {
    let archived: Archived =
        serde_json::from_str(line).with_context(|| format!("no event of ours: {line}"))?;
    Ok(Published { received_at: archived.received_at, event: archived.event.detail })
}

/// Searches for all statuses, in every year in which one of the given trips departs.
async fn found(system: &System, trips: &[SearchRow]) -> anyhow::Result<Vec<SearchRow>> {
    let api = Api::at(system.urls().api.parse()?, "dev-operator")?;
    let departures = trips.iter().filter_map(|trip| trip.departure_time);
    let years: BTreeSet<i16> = departures.map(|departure| departure.date().year()).collect();
    let mut found = Vec::new();
    for year in years {
        let page = api.pages(parameters(year)).whole().await.context("cannot search")?;
        found.extend(page.trips);
    }
    Ok(found)
}

fn parameters(year: i16) -> Vec<(&'static str, String)> {
    let statuses = TripStatus::ALL.iter().map(|status| ("status", status.to_string()));
    let rest = [
        ("from", format!("{year:04}-01-01")),
        ("to", format!("{year:04}-12-31")),
        ("limit", LIMIT.to_string()),
    ];
    statuses.chain(rest).collect()
}
