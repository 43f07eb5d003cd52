//! A trip's items as they are stored, for people who look.

use domain::TripId;
use serde_dynamo::Item;
use serde_json::Value;

use super::TripStore;
use crate::items::s;
use crate::{StoreError, keys};

const READING: &str = "reading the items of a trip";

impl TripStore {
    /// Every item in a trip's partition in DynamoDB's own JSON (`{"PK": {"S": "…"}, …}`), by sort
    /// key, also those that this release cannot read. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn items(&self, trip: &TripId) -> Result<Vec<Value>, StoreError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#pk = :trip")
            .expression_attribute_names("#pk", keys::PK)
            .expression_attribute_values(":trip", s(keys::trip(trip)))
            .into_paginator()
            .items()
            .send();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            let item = Item::from(item.map_err(StoreError::during(READING))?);
            // Attribute values of every type can be written as JSON.
            items.push(serde_json::to_value(item).unwrap_or_default());
        }
        Ok(items)
    }

    /// The name of the table.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }
}
