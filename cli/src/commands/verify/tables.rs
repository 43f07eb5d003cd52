//! The tables of a running system, read directly.

use std::pin::pin;
use std::sync::Arc;

use domain::TripId;
use futures::{Stream, StreamExt};
use lambda_kit::clients::sdk_config;
use lambda_kit::config::{Config, name};
use lambda_kit::error::chain;
use local::account::REGION;
use store::view::{SearchRow, SearchView};
use store::{RandomEventIds, StoreError, Tables, TripStore};

use crate::client::{ClientError, Endpoint, root};

/// The option that names the tables' endpoint.
const OPTION: &str = "--dynamodb-endpoint";

/// The write table and the view.
pub(super) struct LiveTables {
    trips: TripStore,
    view: SearchView,
    endpoint: Endpoint,
}

/// One trip from both sides.
pub(super) struct Pair {
    pub(super) trip: Option<SearchRow>,
    pub(super) row: Option<SearchRow>,
}

/// All rows of one side, and what of it cannot be read.
#[derive(Default)]
pub(super) struct Side {
    pub(super) rows: Vec<SearchRow>,
    pub(super) unreadable: Vec<String>,
}

impl LiveTables {
    /// The tables at `endpoint`.
    pub(super) async fn at(endpoint: &Endpoint) -> Self {
        let client = store::client(&sdk_config(&config(endpoint), "dynamodb").await);
        let names = Tables::default();
        Self {
            trips: TripStore::new(client.clone(), names.trips, Arc::new(RandomEventIds)),
            view: SearchView::new(client, names.search),
            endpoint: endpoint.clone(),
        }
    }

    /// One trip and its row.
    pub(super) async fn pair(&self, id: &TripId) -> anyhow::Result<Pair> {
        let trip = self.trips.load(id).await.map_err(|error| self.failed(error))?;
        let row = self.view.get(id).await.map_err(|error| self.failed(error))?;
        Ok(Pair { trip: trip.map(|trip| SearchRow::from_trip(&trip)), row })
    }

    /// Every trip of the write table.
    pub(super) async fn trips(&self) -> anyhow::Result<Side> {
        self.collect(self.trips.all_trips()).await
    }

    /// Every row of the view.
    pub(super) async fn rows(&self) -> anyhow::Result<Side> {
        self.collect(self.view.all_rows()).await
    }

    /// What cannot be read is a finding; a table that cannot be reached is the end.
    async fn collect(
        &self,
        rows: impl Stream<Item = Result<SearchRow, StoreError>>,
    ) -> anyhow::Result<Side> {
        let mut side = Side::default();
        let mut rows = pin!(rows);
        while let Some(row) = rows.next().await {
            match row {
                Ok(row) => side.rows.push(row),
                Err(StoreError::Codec(error)) => side.unreadable.push(chain(&error)),
                Err(error) => return Err(self.failed(error)),
            }
        }
        Ok(side)
    }

    fn failed(&self, error: StoreError) -> anyhow::Error {
        match error {
            StoreError::Unavailable { .. } => {
                ClientError::unreachable(&self.endpoint, OPTION, root(&error)).into()
            }
            other => other.into(),
        }
    }
}

/// The local services check no credentials, but DynamoDB Local keeps tables apart by them: these
/// are those of `trip up`.
fn config(endpoint: &Endpoint) -> Config {
    Config::from_map([
        (name::AWS_REGION, REGION.to_owned()),
        (name::AWS_ACCESS_KEY_ID, "local".to_owned()),
        (name::AWS_SECRET_ACCESS_KEY, "local".to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoint.to_string()),
    ])
}
