//! Whole-table reads, for operators' tools only: nothing that serves a request comes here.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use futures::{Stream, StreamExt, stream};
use serde_dynamo::Item;

use crate::items::s;
use crate::view::{ASIDE_PREFIX, SearchRow, UnreadChange};
use crate::{CodecError, StoreError, keys};

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
    rows(scan, SearchRow::from_item)
}

/// All rows of TripSearchTable.
pub(crate) fn search_rows(
    client: &Client,
    table: &str,
) -> impl Stream<Item = Result<SearchRow, StoreError>> + use<> {
    let scan =
        client.scan().table_name(table).filter_expression("NOT begins_with(trip_id, :aside)");
    rows(scan.expression_attribute_values(":aside", s(ASIDE_PREFIX)), SearchRow::from_row)
}

/// All changes of trips that were set aside in TripSearchTable.
pub(crate) fn unread_changes(
    client: &Client,
    table: &str,
) -> impl Stream<Item = Result<UnreadChange, StoreError>> + use<> {
    let scan = client.scan().table_name(table).filter_expression("begins_with(trip_id, :aside)");
    rows(scan.expression_attribute_values(":aside", s(ASIDE_PREFIX)), UnreadChange::from_item)
}

/// An item that cannot be read does not hide those after it; a failed call ends the stream.
fn rows<T>(
    scan: ScanFluentBuilder,
    read: fn(&Item) -> Result<T, CodecError>,
) -> impl Stream<Item = Result<T, StoreError>> + use<T> {
    let pages = scan.consistent_read(true).into_paginator().items().send();
    let items =
        stream::unfold(pages, |mut pages| async move { Some((pages.next().await?, pages)) });
    items.map(move |item| match item {
        Ok(item) => Ok(read(&Item::from(item))?),
        Err(error) => Err(StoreError::during(SCANNING)(error)),
    })
}
