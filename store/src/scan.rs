//! Whole-table reads, for operators' tools only: nothing that serves a request comes here.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use futures::{Stream, StreamExt, stream};
use serde_dynamo::Item;

use crate::items::{s, text};
use crate::view::{ASIDE_PREFIX, SearchRow, UnreadChange};
use crate::{StoreError, UnreadableItem, keys};

const SCANNING: &str = "reading the whole table";

/// The summaries of all trips of TripSagaTable.
pub(crate) fn trips(
    client: &Client,
    table: &str,
) -> impl Stream<Item = Result<SearchRow, StoreError>> + use<> {
    let scan = client
        .scan()
        .table_name(table)
        .filter_expression("#sk = :root")
        .expression_attribute_names("#sk", keys::SK)
        .expression_attribute_values(":root", s(keys::METADATA));
    items(scan, |item| Ok(trip(item)?))
}

/// All rows of TripSearchTable.
pub(crate) fn search_rows(
    client: &Client,
    table: &str,
) -> impl Stream<Item = Result<SearchRow, StoreError>> + use<> {
    let scan =
        client.scan().table_name(table).filter_expression("NOT begins_with(trip_id, :aside)");
    let scan = scan.expression_attribute_values(":aside", s(ASIDE_PREFIX));
    items(scan, |item| Ok(SearchRow::from_row(item)?))
}

/// All changes of trips that were set aside in TripSearchTable.
pub(crate) fn unread_changes(
    client: &Client,
    table: &str,
) -> impl Stream<Item = Result<UnreadChange, StoreError>> + use<> {
    let scan = client.scan().table_name(table).filter_expression("begins_with(trip_id, :aside)");
    let scan = scan.expression_attribute_values(":aside", s(ASIDE_PREFIX));
    items(scan, |item| Ok(UnreadChange::from_item(item)?))
}

/// The summary in a trip's root item.
fn trip(item: Item) -> Result<SearchRow, UnreadableItem> {
    let trip_id = keys::trip_of(text(&item, keys::PK).unwrap_or_default()).to_owned();
    SearchRow::from_item(item).map_err(|source| UnreadableItem { trip_id, source })
}

/// An item that cannot be read does not hide those after it; a failed call ends the stream.
fn items<T>(
    scan: ScanFluentBuilder,
    read: fn(Item) -> Result<T, StoreError>,
) -> impl Stream<Item = Result<T, StoreError>> + use<T> {
    let pages = scan.consistent_read(true).into_paginator().items().send();
    let items =
        stream::unfold(pages, |mut pages| async move { Some((pages.next().await?, pages)) });
    items.map(move |item| match item {
        Ok(item) => read(item.into()),
        Err(error) => Err(StoreError::during(SCANNING)(error)),
    })
}
