//! Reads a page of the view, bucket by bucket, and stops when the page is full. Never scans.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use domain::{CustomerId, TripStatus};
use futures::future::try_join_all;

use super::bucket::{self, Bucket, Reading};
use super::merge::merge;
use super::window::Window;
use super::{Order, Page, SearchQuery, SearchView};
use crate::items::s;
use crate::keys::Month;
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
            .expression_attribute_names("#partition", "customer_id")
            .expression_attribute_values(":partition", s(customer.as_str()));
        let (request, filtered) = match query.statuses.as_slice() {
            [] => (request, false),
            statuses => (only(request, statuses), true),
        };
        let reading = Reading { query: request, wanted: query.limit, filtered };
        let Bucket { entries, stopped_at, scanned, units } =
            bucket::read(reading, SEARCHING).await?;
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
                .expression_attribute_names("#partition", "status_month")
                .expression_attribute_values(":partition", s(keys::status_month(status, month)));
            bucket::read(Reading { query: request, wanted: open, filtered: false }, SEARCHING)
        });
        try_join_all(reads).await
    }

    /// A query of one partition of an index for the window's departures.
    fn range(&self, index: &str, window: &Window, order: Order) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name(index)
            .key_condition_expression("#partition = :partition AND #key BETWEEN :low AND :high")
            .expression_attribute_names("#key", "departure_key")
            .expression_attribute_values(":low", s(&window.low))
            .expression_attribute_values(":high", s(&window.high))
            .scan_index_forward(order == Order::Ascending)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
    }
}

/// The same query, only for rows of these statuses.
fn only(mut query: QueryFluentBuilder, statuses: &[TripStatus]) -> QueryFluentBuilder {
    let names: Vec<String> = (0..statuses.len()).map(|n| format!(":status{n}")).collect();
    for (name, status) in names.iter().zip(statuses) {
        query = query.expression_attribute_values(name, s(status.as_str()));
    }
    query
        .expression_attribute_names("#status", "status")
        .filter_expression(format!("#status IN ({})", names.join(", ")))
}
