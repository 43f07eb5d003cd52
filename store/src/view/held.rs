//! What the view holds for one trip, and writes that depend on it: a rebuild repairs damage with
//! them.
//!
//! The projector never uses this. It replaces only older rows, and so leaves a row that is damaged,
//! or ahead of its trip, unchanged.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::TripId;

use super::codec::TRIP_ID;
use super::{Put, SearchRow, SearchView};
use crate::fault::{self, Fault};
use crate::items::s;
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

/// A condition, with the names and values that it needs.
struct Condition {
    text: &'static str,
    names: HashMap<String, String>,
    values: Option<HashMap<String, AttributeValue>>,
}

impl Held {
    pub(super) fn of(item: HashMap<String, AttributeValue>) -> Self {
        let version = item.get("version").cloned();
        Self { row: SearchRow::from_row(item.into()), version }
    }

    /// The stored version, if it is a number.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.version.as_ref().and_then(|version| version.as_n().ok()?.parse().ok())
    }

    fn still_there(&self) -> Condition {
        let name = |name: &str, attribute: &str| (name.to_owned(), attribute.to_owned());
        let names = [name("#id", TRIP_ID), name("#version", "version")].into();
        let values = self.version.clone().map(|version| [(":version".to_owned(), version)].into());
        let text = if values.is_some() { SAME_VERSION } else { NO_VERSION };
        Condition { text, names, values }
    }
}

impl SearchView {
    /// What the view holds for a trip, readable or not. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn look(&self, trip: &TripId) -> Result<Option<Held>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let answer = get.key(TRIP_ID, s(trip.as_str())).send().await;
        Ok(answer.map_err(StoreError::during(READING))?.item.map(Held::of))
    }

    /// Puts `row` in place of the row that was found, unless that has another version by now.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn replace(&self, row: &SearchRow, found: &Held) -> Result<Put, StoreError> {
        let Condition { text, names, values } = found.still_there();
        let put = self.client.put_item().table_name(&self.table);
        let put = put.set_item(Some(row.to_row()?.into())).condition_expression(text);
        let put = put.set_expression_attribute_names(Some(names));
        let put = put.set_expression_attribute_values(values).send().await.map(drop);
        unless_changed(
            put.map_err(|error| (fault::of(&error), StoreError::during(REPLACING)(error))),
        )
    }

    /// Removes the row that was found, unless it has another version by now.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn remove(&self, trip: &TripId, found: &Held) -> Result<Put, StoreError> {
        let Condition { text, names, values } = found.still_there();
        let delete = self.client.delete_item().table_name(&self.table);
        let delete = delete.key(TRIP_ID, s(trip.as_str())).condition_expression(text);
        let delete = delete.set_expression_attribute_names(Some(names));
        let delete = delete.set_expression_attribute_values(values).send().await.map(drop);
        unless_changed(
            delete.map_err(|error| (fault::of(&error), StoreError::during(REMOVING)(error))),
        )
    }
}

fn unless_changed(write: Result<(), (Fault, StoreError)>) -> Result<Put, StoreError> {
    match write {
        Ok(()) => Ok(Put::Written),
        Err((Fault::ConditionFailed, _)) => Ok(Put::Stale),
        Err((_, error)) => Err(error),
    }
}
