//! What a fault has changed, byte for byte, and what it has cost.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use bed::{Bed, Call};
use serde_json::Value;

/// Items in a fixed order, each with its attributes in a fixed order.
pub(in crate::faults) type Items = Vec<String>;

/// Everything that the tables hold and the bus has got.
#[derive(Debug, PartialEq)]
pub(in crate::faults) struct Everything {
    tables: Vec<Items>,
    published: Vec<Value>,
}

impl Everything {
    pub(in crate::faults) async fn of(bed: &Bed) -> Self {
        Self { tables: tables(bed).await, published: bed.bus.published().await }
    }
}

/// All items of all tables.
pub(in crate::faults) async fn tables(bed: &Bed) -> Vec<Items> {
    let mut all = Vec::new();
    for table in [&bed.tables.trips, &bed.tables.search, &bed.tables.sandbox] {
        all.push(items(bed, table).await);
    }
    all
}

/// All items of the view.
pub(in crate::faults) async fn view(bed: &Bed) -> Items {
    items(bed, &bed.tables.search).await
}

async fn items(bed: &Bed, table: &str) -> Items {
    let scan = bed.client.scan().table_name(table).consistent_read(true);
    let items = scan.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let mut items: Vec<_> = items.unwrap().iter().map(in_order).collect();
    items.sort();
    items
}

fn in_order(item: &HashMap<String, AttributeValue>) -> String {
    let attributes = item.iter().map(|(name, value)| match value {
        AttributeValue::M(map) => (name, in_order(map)),
        plain => (name, format!("{plain:?}")),
    });
    format!("{:?}", attributes.collect::<BTreeMap<_, _>>())
}

/// The calls to the database since there were so many.
pub(in crate::faults) fn calls_since(bed: &Bed, earlier: usize) -> Vec<Call> {
    bed.database.calls().split_off(earlier)
}

/// The rows that were written since there were so many calls, by trip, in order.
pub(in crate::faults) fn written_since(bed: &Bed, earlier: usize) -> Vec<String> {
    let writes = calls_since(bed, earlier).into_iter();
    let writes = writes.filter(|call| call.operation == "PutItem" && call.status == Some(200));
    writes.map(|call| trip_of(&call).to_owned()).collect()
}

/// Whose row a call writes.
pub(in crate::faults) fn trip_of(call: &Call) -> &str {
    call.body["Item"]["trip_id"]["S"].as_str().unwrap_or_default()
}
