//! What the view holds for one trip, and writes that depend on it: a rebuild repairs damage with
//! them.
//!
//! The projector never uses this. It replaces only older rows, and so leaves a row that is damaged,
//! or ahead of its trip, unchanged.

use domain::TripId;
use serde_dynamo::{AttributeValue, Item};

use super::codec::TRIP_ID;
use super::{Put, SearchRow, SearchView};
use crate::fault::{self, Fault};
use crate::items::s;
use crate::request::Request;
use crate::{StoreError, UnreadableItem};

const READING: &str = "reading a row of the view";
const REPLACING: &str = "replacing a row of the view";
const REMOVING: &str = "removing a row of the view";

/// Holds while the row is the one that was read: every write of a row sets its version.
const SAME_VERSION: &str = "attribute_exists(#id) AND #version = :version";
const NO_VERSION: &str = "attribute_exists(#id) AND attribute_not_exists(#version)";

/// A trip's row as it was found.
#[derive(Clone, Debug)]
pub struct Held {
    /// The row, if it can be read.
    pub row: Result<SearchRow, UnreadableItem>,
    /// The stored version, whatever its type.
    version: Option<AttributeValue>,
}

impl Held {
    pub(super) fn of(item: Item) -> Self {
        let version = item.get("version").cloned();
        Self { row: SearchRow::from_row(item), version }
    }

    /// The stored version, if it is a number.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        match &self.version {
            Some(AttributeValue::N(version)) => version.parse().ok(),
            _ => None,
        }
    }

    /// The write, on condition that the row is still the one that was found.
    fn guard<'a>(&self, write: Request<'a>) -> Request<'a> {
        let write = write.name("#id", TRIP_ID).name("#version", "version");
        match self.version.clone() {
            Some(version) => write.only_if(SAME_VERSION).value(":version", version),
            None => write.only_if(NO_VERSION),
        }
    }
}

impl SearchView {
    /// What the view holds for a trip, readable or not. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn look(&self, trip: &TripId) -> Result<Option<Held>, StoreError> {
        let get = Request::get(&self.table).key(TRIP_ID, s(trip.as_str()));
        let answer = self.client.send(&get).await;
        Ok(answer.map_err(StoreError::of_call(READING))?.item.map(Held::of))
    }

    /// Puts `row` in place of the row that was found, unless that has another version by now.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn replace(&self, row: &SearchRow, found: &Held) -> Result<Put, StoreError> {
        let item = row.to_row()?;
        self.unless_changed(found.guard(Request::put(&self.table, &item)), REPLACING).await
    }

    /// Removes the row that was found, unless it has another version by now.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn remove(&self, trip: &TripId, found: &Held) -> Result<Put, StoreError> {
        let delete = Request::delete(&self.table).key(TRIP_ID, s(trip.as_str()));
        self.unless_changed(found.guard(delete), REMOVING).await
    }

    async fn unless_changed(
        &self,
        write: Request<'_>,
        operation: &'static str,
    ) -> Result<Put, StoreError> {
        match self.client.send(&write).await {
            Ok(_) => Ok(Put::Written),
            Err(error) if fault::of_call(&error) == Fault::ConditionFailed => Ok(Put::Stale),
            Err(error) => Err(StoreError::of_call(operation)(error)),
        }
    }
}
