//! Whole-table reads, only for operators' tools: nothing that serves a request uses this.

use aws_sdk_dynamodb::Client;
use futures::{Stream, StreamExt, stream};
use serde_dynamo::Item;

use crate::StoreError;
use crate::items::s;

const SCANNING: &str = "reading the whole table";

/// Items of a page: as many as fit into a page's megabyte. Without a limit the embedded engine
/// reads the rest of the table for each page.
const PAGE: i32 = 1_000;

/// Which items of a table to read, by an attribute of their keys.
pub(crate) struct Wanted {
    /// A condition on `#key` and `:value`.
    pub(crate) condition: &'static str,
    /// The attribute's name.
    pub(crate) key: &'static str,
    /// The value to compare it with.
    pub(crate) value: &'static str,
}

/// The wanted items of a table. An item that cannot be read does not hide the items after it; a
/// failed call ends the stream.
pub(crate) fn items<T>(
    client: &Client,
    table: &str,
    wanted: Wanted,
    read: fn(Item) -> Result<T, StoreError>,
) -> impl Stream<Item = Result<T, StoreError>> + use<T> {
    let scan = client
        .scan()
        .table_name(table)
        .filter_expression(wanted.condition)
        .expression_attribute_names("#key", wanted.key)
        .expression_attribute_values(":value", s(wanted.value));
    let pages = scan.consistent_read(true).limit(PAGE).into_paginator().items().send();
    let items =
        stream::unfold(pages, |mut pages| async move { Some((pages.next().await?, pages)) });
    items.map(move |item| match item {
        Ok(item) => read(item.into()),
        Err(error) => Err(StoreError::during(SCANNING)(error)),
    })
}
