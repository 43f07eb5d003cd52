//! Reads a page of the view, partition by partition, and stops when the page is full. Never scans,
//! and reads of a partition no row that does not match.

use std::collections::BTreeSet;
use std::iter::once;

use domain::TripStatus;
use futures::future::try_join_all;

use super::bucket::{self, Bucket};
use super::codec::{CUSTOMER_ID, CUSTOMER_STATUS, DEPARTURE_KEY, STATUS_MONTH};
use super::merge::merge;
use super::window::Window;
use super::{Order, Page, SearchQuery, SearchView};
use crate::items::s;
use crate::request::Read;
use crate::schema::{CUSTOMER_DEPARTURE, CUSTOMER_STATUS_DEPARTURE, STATUS_DEPARTURE};
use crate::{StoreError, keys};

const SEARCHING: &str = "searching the view";

/// Partitions of an index. Those of one step are read concurrently; the steps follow each other in
/// the order of departures.
struct Places {
    index: &'static str,
    partition_key: &'static str,
    steps: Box<dyn Iterator<Item = Vec<String>> + Send>,
}

impl Places {
    /// Where the trips of a query are: with a customer, in one partition or one for each status;
    /// otherwise in one for each status and month.
    fn of(query: &SearchQuery, window: &Window) -> Self {
        let statuses: BTreeSet<TripStatus> = query.statuses.iter().copied().collect();
        match &query.customer_id {
            Some(customer) if statuses.is_empty() => Self {
                index: CUSTOMER_DEPARTURE,
                partition_key: CUSTOMER_ID,
                steps: Box::new(once(vec![customer.to_string()])),
            },
            Some(customer) => {
                let partition = |status| keys::customer_status(customer, status);
                Self {
                    index: CUSTOMER_STATUS_DEPARTURE,
                    partition_key: CUSTOMER_STATUS,
                    steps: Box::new(once(statuses.into_iter().map(partition).collect())),
                }
            }
            None => {
                let of_month = move |month| {
                    statuses.iter().map(|status| keys::status_month(*status, month)).collect()
                };
                Self {
                    index: STATUS_DEPARTURE,
                    partition_key: STATUS_MONTH,
                    steps: Box::new(window.months().map(of_month)),
                }
            }
        }
    }
}

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
        let mut page = Page::default();
        let Some(window) = Window::of(query).filter(|_| query.limit > 0) else {
            return Ok(page);
        };
        let Places { index, partition_key, steps } = Places::of(query, &window);
        let range = self.range(index, partition_key, &window, query.order);
        let mut steps = steps.peekable();
        while let Some(partitions) = steps.next() {
            let open = query.limit - page.entries.len();
            let buckets = self.read(&range, partitions, open).await?;
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
                page.next = last.filter(|_| steps.peek().is_some());
                break;
            }
        }
        Ok(page)
    }

    /// Reads up to `wanted` rows of each of these partitions.
    async fn read(
        &self,
        range: &Read<'_>,
        partitions: Vec<String>,
        wanted: usize,
    ) -> Result<Vec<Bucket>, StoreError> {
        let reads = partitions.into_iter().map(|partition| {
            let query = range.clone().value(":partition", s(partition));
            bucket::read(&self.client, query, wanted, SEARCHING)
        });
        try_join_all(reads).await
    }

    /// A query of one partition of an index for the window's departures.
    fn range<'a>(
        &'a self,
        index: &'a str,
        partition_key: &'a str,
        window: &Window,
        order: Order,
    ) -> Read<'a> {
        Read::query(&self.table, "#partition = :partition AND #key BETWEEN :low AND :high")
            .index(index)
            .name("#partition", partition_key)
            .name("#key", DEPARTURE_KEY)
            .value(":low", s(&window.low))
            .value(":high", s(&window.high))
            .forward(order == Order::Ascending)
            .with_its_cost()
    }
}
