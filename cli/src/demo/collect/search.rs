//! Everything that searches over HTTP find, page by page.

use std::collections::BTreeSet;

use anyhow::Context;
use domain::TripStatus;
use local::System;
use store::view::SearchRow;

use crate::client::Api;

/// So few rows per page that a demo's searches have several pages.
const LIMIT: usize = 40;

/// Searches for all statuses, in every year in which one of the given trips departs.
pub(super) async fn found(system: &System, trips: &[SearchRow]) -> anyhow::Result<Vec<SearchRow>> {
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
