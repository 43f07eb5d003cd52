//! How a row is read from items and written as an item.

use serde_dynamo::{AttributeValue, Item};

use super::SearchRow;
use crate::items::{Entity, KeyAttribute, decode, encode, text};
use crate::keys::Month;
use crate::{CodecError, UnreadableItem, keys};

/// The partition key of TripSearchTable.
pub(super) const TRIP_ID: &str = "trip_id";
/// The key prefix of what is kept beside the rows: no trip's id begins like this.
pub(super) const BESIDE_PREFIX: &str = "#";
/// The key prefix of a change that was set aside.
pub(super) const ASIDE_PREFIX: &str = "#unread#";
/// The partition key of `status-departure-index`.
pub(super) const STATUS_MONTH: &str = "status_month";
/// The partition key of `customer-departure-index`.
pub(super) const CUSTOMER_ID: &str = "customer_id";
/// The partition key of `customer-status-departure-index`.
pub(super) const CUSTOMER_STATUS: &str = "customer_status";
/// The sort key of all indexes.
pub(super) const DEPARTURE_KEY: &str = "departure_key";

impl SearchRow {
    /// Reads the row from a trip's root item: an item of the table, or a stream record's image.
    ///
    /// # Errors
    /// [`CodecError`] if the item is not a trip's root, has an unknown schema version, or is
    /// damaged.
    pub fn from_item(item: Item) -> Result<Self, CodecError> {
        decode(Entity::TRIP, item)
    }

    /// Reads an item of TripSearchTable. If its keys in the indexes do not match its content, it is
    /// damaged: searches would find it in the wrong place, or not at all.
    pub(crate) fn from_row(mut item: Item) -> Result<Self, UnreadableItem> {
        let trip_id = text(&item, TRIP_ID).unwrap_or_default().to_owned();
        let place = [STATUS_MONTH, CUSTOMER_STATUS, DEPARTURE_KEY];
        let place = place.map(|name| (name, item.remove(name)));
        let row = decode(Entity::SEARCH_ROW, item).and_then(|row: Self| row.standing_at(place));
        row.map_err(|source| UnreadableItem { trip_id, source })
    }

    /// The row, if its keys in the indexes are these.
    fn standing_at(
        self,
        place: [(&'static str, Option<AttributeValue>); 3],
    ) -> Result<Self, CodecError> {
        let expected = self.index_key();
        for (attribute, found) in place {
            let expected = expected.iter().find(|(other, _)| *other == attribute);
            let expected = expected.map(|(_, value)| AttributeValue::S(value.clone()));
            if found != expected {
                return Err(CodecError::Misplaced { attribute, row: Box::new(self) });
            }
        }
        Ok(self)
    }

    /// The item of TripSearchTable.
    ///
    /// # Errors
    /// [`CodecError`] if a value cannot be written as an attribute; every value of ours can.
    pub fn to_row(&self) -> Result<Item, CodecError> {
        encode(Entity::SEARCH_ROW, self.index_key(), self)
    }

    /// Without a departure the row is in no index, since all sort by departure.
    fn index_key(&self) -> Vec<KeyAttribute> {
        let (Some(departure), Some(key)) = (&self.departure_time, self.departure_key()) else {
            return Vec::new();
        };
        let month = keys::status_month(self.status, Month::of(departure.date()));
        let customer = keys::customer_status(&self.customer_id, self.status);
        vec![(STATUS_MONTH, month), (CUSTOMER_STATUS, customer), (DEPARTURE_KEY, key)]
    }
}
