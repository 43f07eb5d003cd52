//! Reads of many items by their keys. Source: `BatchGetItem` in the DynamoDB API reference.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use super::Members;

/// The items of one table to read, strongly consistent.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Batch<'a> {
    keys: &'a [Item],
    consistent_read: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    projection_expression: Option<String>,
    #[serde(skip_serializing_if = "Members::is_empty")]
    expression_attribute_names: Members<'a, &'a str>,
}

/// What one call read.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Batched {
    responses: BTreeMap<String, Vec<Item>>,
    unprocessed_keys: BTreeMap<String, Unprocessed>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Unprocessed {
    keys: Vec<Item>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    request_items: BTreeMap<&'a str, &'a Batch<'a>>,
}

impl<'a> Batch<'a> {
    pub(crate) const TARGET: &'static str = "DynamoDB_20120810.BatchGetItem";

    /// The items with these distinct keys, and of them these attributes, or all if none is named.
    pub(crate) fn new(keys: &'a [Item], attributes: &[&'a str]) -> Self {
        let names: Vec<_> = attributes.iter().map(|name| format!("#{name}")).collect();
        let projection_expression = (!names.is_empty()).then(|| names.join(", "));
        let mut expression_attribute_names = Members(Vec::new());
        for (name, attribute) in names.into_iter().zip(attributes) {
            expression_attribute_names.add(name, *attribute);
        }
        Self { keys, consistent_read: true, projection_expression, expression_attribute_names }
    }

    /// The body of a call for these items of a table.
    pub(crate) fn of(&self, table: &str) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Request { request_items: [(table, self)].into() })
    }
}

impl Batched {
    /// The items that were found, and the keys that are still to be read.
    pub(crate) fn parts(self) -> (Vec<Item>, Vec<Item>) {
        let found = self.responses.into_values().flatten().collect();
        let left = self.unprocessed_keys.into_values().flat_map(|left| left.keys).collect();
        (found, left)
    }
}
