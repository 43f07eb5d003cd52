//! A trip's items as they are stored, for people who look.

use domain::TripId;
use serde_json::Value;

use super::TripStore;
use crate::items::s;
use crate::request::Read;
use crate::{StoreError, keys};

const READING: &str = "reading the items of a trip";

impl TripStore {
    /// Every item in a trip's partition in DynamoDB's own JSON (`{"PK": {"S": "…"}, …}`), by sort
    /// key, also those that this release cannot read. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn items(&self, trip: &TripId) -> Result<Vec<Value>, StoreError> {
        let read = Read::query(&self.table, "#pk = :trip")
            .consistent()
            .name("#pk", keys::PK)
            .value(":trip", s(keys::trip(trip)));
        let items = self.client.whole(read).await.map_err(StoreError::of_call(READING))?.items;
        // Attribute values of every type can be written as JSON.
        Ok(items.iter().map(|item| serde_json::to_value(item).unwrap_or_default()).collect())
    }

    /// The name of the table.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }
}
