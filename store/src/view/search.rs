//! Reads a page of the view, bucket by bucket, and stops when the page is full. Never scans.

use std::collections::BTreeSet;

use domain::{CustomerId, TripStatus};
use futures::future::try_join_all;

use super::bucket::{self, Bucket, Reading};
use super::merge::merge;
use super::window::Window;
use super::{Order, Page, SearchQuery, SearchView};
use crate::items::s;
use crate::keys::Month;
use crate::request::Read;
use crate::schema::{CUSTOMER_DEPARTURE, STATUS_DEPARTURE};
use crate::{StoreError, keys};

const SEARCHING: &str = "searching the view";

impl SearchView {
    /// Reads one page.
    ///
    /// A row that cannot be read takes its place on the page like any other, so no search gets
    /// stuck on it.
    ///
    /// A search with neither a status nor a customer finds nothing: it would need a scan.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub async fn search(&self, query: &SearchQuery) -> Result<Page, StoreError> {
        let Some(window) = Window::of(query).filter(|_| query.limit > 0) else {
            return Ok(Page::default());
        };
        match &query.customer_id {
            Some(customer) => self.of_customer(query, customer, &window).await,
            None => self.of_statuses(query, &window).await,
        }
    }

    /// A customer's trips are in one partition; a filter selects their statuses.
    async fn of_customer(
        &self,
        query: &SearchQuery,
        customer: &CustomerId,
        window: &Window,
    ) -> Result<Page, StoreError> {
        let request = self
            .range(CUSTOMER_DEPARTURE, window, query.order)
            .name("#partition", "customer_id")
            .value(":partition", s(customer.as_str()));
        let (request, filtered) = match query.statuses.as_slice() {
            [] => (request, false),
            statuses => (only(request, statuses), true),
        };
        let reading = Reading { query: request, wanted: query.limit, filtered };
        let Bucket { entries, stopped_at, scanned, units } =
            bucket::read(&self.client, reading, SEARCHING).await?;
        Ok(Page { entries, next: stopped_at, scanned, read_units: units })
    }

    /// Reads the months one after the other, and within a month all statuses concurrently.
    async fn of_statuses(&self, query: &SearchQuery, window: &Window) -> Result<Page, StoreError> {
        let mut page = Page::default();
        let mut months = window.months().peekable();
        while let Some(month) = months.next() {
            let open = query.limit - page.entries.len();
            let buckets = self.of_month(query, month, window, open).await?;
            page.scanned += buckets.iter().map(|bucket| bucket.scanned).sum::<usize>();
            page.read_units += buckets.iter().map(|bucket| bucket.units).sum::<f64>();
            let merged = merge(buckets, query.order, open);
            page.entries.extend(merged.entries);
            if merged.stopped_at.is_some() {
                page.next = merged.stopped_at;
                break;
            }
            if page.entries.len() >= query.limit {
                let last = page.entries.last().map(|entry| entry.departure_key.clone());
                page.next = last.filter(|_| months.peek().is_some());
                break;
            }
        }
        Ok(page)
    }

    async fn of_month(
        &self,
        query: &SearchQuery,
        month: Month,
        window: &Window,
        open: usize,
    ) -> Result<Vec<Bucket>, StoreError> {
        let statuses: BTreeSet<TripStatus> = query.statuses.iter().copied().collect();
        let reads = statuses.into_iter().map(|status| {
            let request = self
                .range(STATUS_DEPARTURE, window, query.order)
                .name("#partition", "status_month")
                .value(":partition", s(keys::status_month(status, month)));
            let reading = Reading { query: request, wanted: open, filtered: false };
            bucket::read(&self.client, reading, SEARCHING)
        });
        try_join_all(reads).await
    }

    /// A query of one partition of an index for the window's departures.
    fn range<'a>(&'a self, index: &'a str, window: &Window, order: Order) -> Read<'a> {
        Read::query(&self.table, "#partition = :partition AND #key BETWEEN :low AND :high")
            .index(index)
            .name("#key", "departure_key")
            .value(":low", s(&window.low))
            .value(":high", s(&window.high))
            .forward(order == Order::Ascending)
            .with_its_cost()
    }
}

/// The same query, only for rows of these statuses.
fn only<'a>(mut query: Read<'a>, statuses: &[TripStatus]) -> Read<'a> {
    let names: Vec<String> = (0..statuses.len()).map(|n| format!(":status{n}")).collect();
    let condition = format!("#status IN ({})", names.join(", "));
    for (name, status) in names.into_iter().zip(statuses) {
        query = query.value(name, s(status.as_str()));
    }
    query.name("#status", "status").only_if(condition)
}
