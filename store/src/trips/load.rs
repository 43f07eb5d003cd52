//! Reads a trip whole: its root and its three members, in one serializable snapshot.

use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::types::{Get, TransactGetItem};
use domain::{Trip, TripId};
use serde_dynamo::Item;

use super::TripStore;
use crate::backoff::retrying;
use crate::items::{FlightItem, HotelItem, Members, Metadata, PaymentItem, s};
use crate::{CodecError, StoreError, fault, keys};

const LOADING: &str = "loading the trip";

impl TripStore {
    /// Loads a trip with its members, from one commit.
    ///
    /// # Errors
    /// [`StoreError`]; a conflict with a running commit is retried a few times first.
    pub async fn load(&self, trip: &TripId) -> Result<Option<Trip>, StoreError> {
        let snapshot = self.snapshot(self.reads(trip)?).await?;
        let answers = snapshot.responses.unwrap_or_default();
        let items = answers.into_iter().map(|answer| answer.item.map(Item::from));
        Ok(restore(items)?)
    }

    /// Whether a trip with that id exists, readable or not.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn exists(&self, trip: &TripId) -> Result<bool, StoreError> {
        let request = self.client.get_item().table_name(&self.table).consistent_read(true);
        let request = request.key(keys::PK, s(keys::trip(trip))).key(keys::SK, s(keys::METADATA));
        let answer = request.projection_expression(keys::PK).send().await;
        Ok(answer.map_err(StoreError::during(LOADING))?.item.is_some())
    }

    async fn snapshot(
        &self,
        reads: Vec<TransactGetItem>,
    ) -> Result<TransactGetItemsOutput, StoreError> {
        let request = self.client.transact_get_items().set_transact_items(Some(reads));
        let send = |_| request.clone().send();
        let answer = retrying(&self.client, send, |error| Some(fault::of(error))).await;
        answer.map_err(StoreError::during(LOADING))
    }

    /// What to read, in the order in which [`restore`] expects the answers.
    fn reads(&self, trip: &TripId) -> Result<Vec<TransactGetItem>, StoreError> {
        let members = [keys::flight(trip), keys::hotel(trip), keys::payment(trip)];
        let sort_keys = std::iter::once(keys::METADATA.to_owned()).chain(members);
        sort_keys.map(|sk| self.read(trip, sk)).collect()
    }

    fn read(&self, trip: &TripId, sort_key: String) -> Result<TransactGetItem, StoreError> {
        let get = Get::builder()
            .table_name(&self.table)
            .key(keys::PK, s(keys::trip(trip)))
            .key(keys::SK, s(sort_key))
            .build()
            .map_err(StoreError::unbuilt(LOADING))?;
        Ok(TransactGetItem::builder().get(get).build())
    }
}

/// The trip in the items of its root, flight, hotel and payment.
fn restore(mut items: impl Iterator<Item = Option<Item>>) -> Result<Option<Trip>, CodecError> {
    let mut next = || items.next().flatten();
    let Some(root) = next() else {
        return Ok(None);
    };
    let members = Members {
        flight: next().map(FlightItem::decode).transpose()?,
        hotel: next().map(HotelItem::decode).transpose()?,
        payment: next().map(PaymentItem::decode).transpose()?,
    };
    let state = Metadata::decode(root)?.into_trip(members)?;
    Ok(Some(Trip::restore(state)))
}
