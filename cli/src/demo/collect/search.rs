//! Everything that search over HTTP finds. A page has a bound and pages are not followed: a window
//! whose page is full is searched again in halves.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use domain::{CustomerId, TripStatus};
use jiff::civil::{Date, DateTime};
use jiff::{ToSpan, Unit};
use local::System;
use serde::Deserialize;
use store::view::SearchRow;

use crate::client::Api;
use crate::demo::facts::Booking;

/// The most rows that a page may have.
const LIMIT: usize = 100;

/// A page as the API answers it.
#[derive(Deserialize)]
struct Page {
    trips: Vec<SearchRow>,
}

/// One search: a status and a window of departures, both ends included; perhaps one customer's.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Search {
    status: TripStatus,
    from: DateTime,
    to: DateTime,
    customer: Option<CustomerId>,
}

/// Searches for every status, over all departures that the given trips have.
pub(super) async fn found(
    system: &System,
    trips: &[SearchRow],
    bookings: &[Booking],
) -> anyhow::Result<Vec<SearchRow>> {
    let api = Api::at(system.urls().api.parse()?, "dev-operator")?;
    let customers: BTreeSet<_> = bookings.iter().map(|booking| &booking.customer).collect();
    let mut found = Vec::new();
    let mut open = beginning(trips)?;
    while let Some(search) = open.pop() {
        let rows = search.run(&api).await?;
        if rows.len() < LIMIT {
            found.extend(rows);
        } else {
            open.extend(search.narrower(&customers)?);
        }
    }
    Ok(found)
}

/// Each status in each month in which a trip departs.
fn beginning(trips: &[SearchRow]) -> anyhow::Result<Vec<Search>> {
    let departures = trips.iter().filter_map(|trip| trip.departure_time);
    let months: BTreeSet<Date> =
        departures.map(|departure| departure.date().first_of_month()).collect();
    let mut searches = Vec::new();
    for month in months {
        let (from, to) = (month.at(0, 0, 0, 0), month.last_of_month().at(23, 59, 0, 0));
        let search = |status: &TripStatus| Search { status: *status, from, to, customer: None };
        searches.extend(TripStatus::ALL.iter().map(search));
    }
    Ok(searches)
}

impl Search {
    async fn run(&self, api: &Api) -> anyhow::Result<Vec<SearchRow>> {
        let minute = |time: DateTime| time.strftime("%Y-%m-%dT%H:%M").to_string();
        let mut parameters = vec![
            ("status", self.status.to_string()),
            ("from", minute(self.from)),
            ("to", minute(self.to)),
            ("limit", LIMIT.to_string()),
        ];
        parameters.extend(self.customer.iter().map(|id| ("customer_id", id.to_string())));
        let answer = api.search(&parameters).await.context("cannot search")?;
        Ok(answer.read::<Page>()?.trips)
    }

    /// Searches that together find what this one does: two halves of its window; for a single
    /// minute, one a customer.
    fn narrower(&self, customers: &BTreeSet<&CustomerId>) -> anyhow::Result<Vec<Self>> {
        let minutes = self.from.until((Unit::Minute, self.to))?.get_minutes();
        if minutes > 0 {
            let middle = self.from.checked_add((minutes / 2).minutes())?;
            let lower = Self { to: middle, ..self.clone() };
            let upper = Self { from: middle.checked_add(1.minute())?, ..self.clone() };
            return Ok(vec![lower, upper]);
        }
        if self.customer.is_some() {
            bail!("more than {LIMIT} trips of one customer depart in one minute: {self:?}");
        }
        let of = |id: &&CustomerId| Self { customer: Some((*id).clone()), ..self.clone() };
        Ok(customers.iter().map(of).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(from: &str, to: &str) -> Search {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        Search { status: TripStatus::Confirmed, from, to, customer: None }
    }

    fn customers() -> Vec<CustomerId> {
        ["a", "b"].map(|id| CustomerId::parse(id).unwrap()).to_vec()
    }

    #[test]
    fn a_full_window_is_halved_without_a_gap_or_an_overlap() {
        for (from, to) in [
            ("2013-03-01T00:00", "2013-03-31T23:59"),
            ("2013-03-01T06:00", "2013-03-01T06:01"),
            ("2013-03-01T06:00", "2013-03-01T06:02"),
        ] {
            let whole = search(from, to);
            let [lower, upper] = whole.narrower(&BTreeSet::new()).unwrap().try_into().unwrap();
            assert_eq!((lower.from, upper.to), (whole.from, whole.to));
            assert_eq!(lower.to.checked_add(1.minute()).unwrap(), upper.from);
            assert!(lower.from <= lower.to && upper.from <= upper.to);
        }
    }

    #[test]
    fn a_full_minute_is_searched_by_customer_and_no_further() {
        let ids = customers();
        let minute = search("2013-03-01T06:00", "2013-03-01T06:00");
        let narrower = minute.narrower(&ids.iter().collect()).unwrap();
        let named: Vec<_> = narrower.iter().filter_map(|search| search.customer.clone()).collect();
        assert_eq!(named, ids);
        assert!(narrower[0].narrower(&ids.iter().collect()).is_err());
    }
}
