//! Changes of trips that could not be read: kept beside the rows, as they were in the stream, until
//! an operator has dealt with them.
//!
//! Their keys begin with a character that no trip id contains, and they are in no index: neither
//! search nor a rebuild meets them.

use domain::Timestamp;
use futures::Stream;
use serde::{Deserialize, Serialize};
use serde_dynamo::Item;

use super::SearchView;
use super::codec::{ASIDE_PREFIX, TRIP_ID};
use crate::items::{Entity, decode, encode};
use crate::request::Request;
use crate::scan::{self, Wanted};
use crate::{CodecError, StoreError};

const KEEPING: &str = "keeping a change that could not be read";

/// The longest record that is kept whole, in bytes, so that its item stays within DynamoDB's 400
/// KB.
const MAX_RECORD: usize = 380 * 1024;

/// A change of a trip that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadChange {
    /// Its place in its shard.
    pub sequence_number: String,
    /// Why it could not be read.
    pub reason: String,
    /// When it was set aside.
    pub set_aside_at: Timestamp,
    /// The stream record as JSON, without the item's old image. Cut if it would not fit into an
    /// item.
    pub record: String,
}

impl UnreadChange {
    fn to_item(&self) -> Result<Item, CodecError> {
        let key = (TRIP_ID, format!("{ASIDE_PREFIX}{}", self.sequence_number));
        let mut kept = self.clone();
        kept.record.truncate(kept.record.floor_char_boundary(MAX_RECORD));
        encode(Entity::UNREAD_CHANGE, [key], &kept)
    }

    fn from_item(item: Item) -> Result<Self, CodecError> {
        decode(Entity::UNREAD_CHANGE, item)
    }
}

impl SearchView {
    /// Keeps a change that could not be read. Keeping it again changes only the time.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn set_aside(&self, change: &UnreadChange) -> Result<(), StoreError> {
        let item = change.to_item()?;
        let kept = self.client.send(&Request::put(&self.table, &item)).await;
        kept.map(drop).map_err(StoreError::of_call(KEEPING))
    }

    /// All changes that were set aside, in no order, for operators' tools: it scans the table.
    pub fn all_set_aside(&self) -> impl Stream<Item = Result<UnreadChange, StoreError>> + use<> {
        let condition = "begins_with(#key, :value)";
        let aside = Wanted { condition, key: TRIP_ID, value: ASIDE_PREFIX };
        scan::items(&self.client, &self.table, aside, |item| Ok(UnreadChange::from_item(item)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::now;

    fn change(record: String) -> UnreadChange {
        let (sequence_number, reason) = ("7".to_owned(), "damaged".to_owned());
        UnreadChange { sequence_number, reason, set_aside_at: now(), record }
    }

    #[test]
    fn a_change_reads_back_as_it_was_kept() {
        let kept = change("{\"eventName\":\"MODIFY\"}".to_owned());
        assert_eq!(UnreadChange::from_item(kept.to_item().unwrap()).unwrap(), kept);
    }

    #[test]
    fn a_change_that_is_larger_than_an_item_is_cut_between_characters() {
        let kept = change("é".repeat(MAX_RECORD)).to_item().unwrap();
        let record = UnreadChange::from_item(kept).unwrap().record;
        assert_eq!(record.len(), MAX_RECORD);
    }
}
