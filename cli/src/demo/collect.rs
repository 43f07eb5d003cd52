//! Collects facts about a system from outside: its tables, its event bus, its search, and the
//! suppliers' books.

mod archive;
mod search;
mod tables;

use local::System;

use super::facts::{Booking, Facts};

pub(super) use archive::read as read_archived;
pub(super) use tables::Tables;

/// Collects the facts about a system that has settled.
///
/// # Errors
/// When a table, the archive or the API cannot be read, or holds unknown content.
pub async fn collect(system: &System, bookings: Vec<Booking>) -> anyhow::Result<Facts> {
    let tables = Tables::of(system).await?;
    let trips = tables.trips().await?;
    let (rows, committed, ledger, open, published, found) = tokio::try_join!(
        tables.rows(),
        tables.events(&trips),
        tables.ledger(),
        tables.open_work(),
        archive::published(system),
        search::found(system, &trips),
    )?;
    Ok(Facts { bookings, trips, rows, found, committed, published, open, ledger })
}
