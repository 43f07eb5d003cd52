//! What the view holds for many trips at once, for operators' tools.

use std::collections::HashMap;

use domain::TripId;

use super::codec::TRIP_ID;
use super::{Held, SearchView};
use crate::StoreError;
use crate::batch_get::{Wanted, batch_get, primary_key};
use crate::items::text;

const READING: &str = "reading rows of the view";

impl SearchView {
    /// What the view holds for these trips, which must be distinct: the same as
    /// [`SearchView::look`] for each, in a call for every hundred.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn look_at(&self, trips: &[TripId]) -> Result<HashMap<TripId, Held>, StoreError> {
        let key = |trip: &TripId| primary_key([(TRIP_ID, trip.to_string())]);
        let keys: Vec<_> = trips.iter().map(key).collect();
        let wanted =
            Wanted { table: &self.table, keys: &keys, attributes: &[], operation: READING };
        let items = batch_get(&self.client, wanted).await?.into_iter();
        let held = items.filter_map(|item| {
            let trip = TripId::parse(text(&item, TRIP_ID).ok()?).ok()?;
            Some((trip, Held::of(item)))
        });
        Ok(held.collect())
    }
}
