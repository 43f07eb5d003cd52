//! Loads a trip: one strongly consistent read of its root item, which holds the whole aggregate.
//!
//! A read of one item is isolated from every transaction: it shows the item as one commit left it.
//! So a load shows no half of a commit, and no commit makes it fail.

use domain::{Trip, TripId};
use serde_dynamo::{AttributeValue, Item};

use super::TripStore;
use crate::items::{Metadata, s};
use crate::request::Request;
use crate::{Run, StoreError, keys};

const LOADING: &str = "loading the trip";

impl TripStore {
    /// Loads a trip as its latest commit left it, members included.
    ///
    /// # Errors
    /// When the table cannot be read; [`StoreError::Codec`] if the trip cannot be read.
    pub async fn load(&self, trip: &TripId) -> Result<Option<Trip>, StoreError> {
        Ok(self.load_with_run(trip).await?.map(|(trip, _)| trip))
    }

    /// The same, with the news of its execution since that commit.
    ///
    /// # Errors
    /// As [`TripStore::load`].
    pub async fn load_with_run(
        &self,
        trip: &TripId,
    ) -> Result<Option<(Trip, Option<Run>)>, StoreError> {
        let Some(item) = self.item(trip, keys::METADATA.to_owned(), LOADING).await? else {
            return Ok(None);
        };
        let mut root = Metadata::decode(item)?;
        for (member, reference) in root.missing_references() {
            *reference = self.reference(trip, member).await?;
        }
        let run = root.take_run();
        Ok(Some((Trip::restore(root.into_trip()?), run)))
    }

    /// Whether a trip with that id exists, readable or not.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn exists(&self, trip: &TripId) -> Result<bool, StoreError> {
        Ok(self.item(trip, keys::METADATA.to_owned(), LOADING).await?.is_some())
    }

    /// The reference in a member's own item. It never changes while the member is held, so it
    /// belongs to the root that was read before it.
    async fn reference(
        &self,
        trip: &TripId,
        sort_key: String,
    ) -> Result<Option<String>, StoreError> {
        let member = self.item(trip, sort_key, LOADING).await?;
        Ok(member.and_then(|mut member| match member.remove("reference") {
            Some(AttributeValue::S(reference)) => Some(reference),
            _ => None,
        }))
    }

    /// One item of a trip's partition, with a strongly consistent read.
    pub(super) async fn item(
        &self,
        trip: &TripId,
        sort_key: String,
        operation: &'static str,
    ) -> Result<Option<Item>, StoreError> {
        let get = Request::get(&self.table).key(keys::PK, s(keys::trip(trip)));
        let answer = self.client.send(&get.key(keys::SK, s(sort_key))).await;
        Ok(answer.map_err(StoreError::of_call(operation))?.item)
    }
}
