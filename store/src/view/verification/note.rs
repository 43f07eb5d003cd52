//! Notes a verification. Apart from its reading, so that who only reads it needs no right to write.

use super::{KEY, Verification};
use crate::StoreError;
use crate::items::{Entity, encode};
use crate::request::Request;
use crate::view::SearchView;
use crate::view::codec::TRIP_ID;

const NOTING: &str = "noting a verification";

impl SearchView {
    /// Remembers a verification in place of the one before.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub async fn note_verification(&self, verification: &Verification) -> Result<(), StoreError> {
        let key = (TRIP_ID, KEY.to_owned());
        let item = encode(Entity::VERIFICATION, [key], verification)?;
        let noted = self.client.send(&Request::put(&self.table, &item)).await;
        noted.map(drop).map_err(StoreError::of_call(NOTING))
    }
}
