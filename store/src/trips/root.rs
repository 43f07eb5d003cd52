//! Reads only a trip's root item: whose trip it is, and what the view should show.

use std::collections::HashSet;

use domain::TripId;
use serde_dynamo::{AttributeValue, Item};

use super::TripStore;
use crate::batch_get::{Wanted, batch_get, primary_key};
use crate::items::text;
use crate::view::SearchRow;
use crate::{CodecError, StoreError, keys};

const READING: &str = "reading the root of a trip";
const ASKING: &str = "asking which trips exist";

/// What a trip's root item says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The row that the view should show: the projector builds it from the same item.
    pub summary: SearchRow,
    /// The sequence number of the trip's latest event; 0 if it has none.
    pub last_sequence: u64,
}

impl TripStore {
    /// The root of a trip, with a strongly consistent read, without its members.
    ///
    /// # Errors
    /// When the table cannot be read; [`StoreError::Codec`] if the item cannot be read.
    pub async fn root(&self, trip: &TripId) -> Result<Option<Root>, StoreError> {
        let item = self.item(trip, keys::METADATA.to_owned(), READING).await?;
        Ok(item.map(Root::of).transpose()?)
    }

    /// Which of these trips exist, readable or not. They must be distinct. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn existing(&self, trips: &[TripId]) -> Result<HashSet<TripId>, StoreError> {
        let key = |trip: &TripId| {
            primary_key([(keys::PK, keys::trip(trip)), (keys::SK, keys::METADATA.to_owned())])
        };
        let keys: Vec<_> = trips.iter().map(key).collect();
        let wanted =
            Wanted { table: &self.table, keys: &keys, attributes: &[keys::PK], operation: ASKING };
        let items = batch_get(&self.client, wanted).await?;
        let trip = |item| TripId::parse(keys::trip_of(text(item, keys::PK).ok()?)).ok();
        Ok(items.iter().filter_map(trip).collect())
    }
}

impl Root {
    fn of(item: Item) -> Result<Self, CodecError> {
        let last_sequence = match item.get("last_sequence") {
            Some(AttributeValue::N(number)) => number.parse().ok(),
            _ => None,
        };
        let last_sequence = last_sequence.ok_or(CodecError::Missing("last_sequence"))?;
        Ok(Self { summary: SearchRow::from_item(item)?, last_sequence })
    }
}
