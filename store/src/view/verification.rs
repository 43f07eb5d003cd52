//! The result of the last comparison of the whole view with the write table: kept beside the rows,
//! so that whoever looks later knows when drift was last looked for, and what was found.

mod note;

use domain::Timestamp;
use serde::{Deserialize, Serialize};

use super::SearchView;
use super::codec::TRIP_ID;
use crate::StoreError;
use crate::items::{Entity, decode, s};
use crate::request::Request;

const READING: &str = "reading the last verification";

/// Its key: no trip's id begins like this.
const KEY: &str = "#verification";

/// A comparison of the whole view with the write table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// When it ended.
    pub verified_at: Timestamp,
    /// How many trips were compared.
    pub trips: u64,
    /// How many rows were compared.
    pub rows: u64,
    /// How many trips and rows differ, or cannot be compared.
    pub findings: u64,
}

impl SearchView {
    /// The last verification, if there was one.
    ///
    /// # Errors
    /// When the table cannot be read, or the item cannot.
    pub async fn last_verification(&self) -> Result<Option<Verification>, StoreError> {
        let get = Request::get(&self.table).key(TRIP_ID, s(KEY));
        let item = self.client.send(&get).await.map_err(StoreError::of_call(READING))?.item;
        Ok(item.map(|item| decode(Entity::VERIFICATION, item)).transpose()?)
    }
}
