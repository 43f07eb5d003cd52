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

/// Which tables.
#[derive(Debug, clap::Args)]
pub struct TablesArgs {
    /// Where the tables are
    #[arg(
        long,
        value_name = "URL",
        env = "TRIP_DYNAMODB_ENDPOINT",
        default_value = "http://127.0.0.1:8000"
    )]
    dynamodb_endpoint: Endpoint,
}

/// The write table and the view.
pub(in crate::commands) struct LiveTables {
    trips: TripStore,
    view: SearchView,
    endpoint: Endpoint,
}

/// One trip from both sides.
pub(in crate::commands) struct Pair {
    pub(in crate::commands) trip: Option<SearchRow>,
    pub(in crate::commands) row: Option<SearchRow>,
}

/// All rows of one side, and what of it cannot be read.
#[derive(Default)]
pub(in crate::commands) struct Side {
    pub(in crate::commands) rows: Vec<SearchRow>,
    pub(in crate::commands) unreadable: Vec<String>,
}

impl LiveTables {
    /// The tables that were asked for.
    pub(in crate::commands) async fn of(args: &TablesArgs) -> Self {
        let endpoint = &args.dynamodb_endpoint;
        let client = store::client(&sdk_config(&config(endpoint), "dynamodb").await);
        let names = Tables::default();
        Self {
            trips: TripStore::new(client.clone(), names.trips, Arc::new(RandomEventIds)),
            view: SearchView::new(client, names.search),
            endpoint: endpoint.clone(),
        }
    }

    /// One trip and its row.
    pub(in crate::commands) async fn pair(&self, id: &TripId) -> anyhow::Result<Pair> {
        let trip = self.trip(id).await.map_err(|error| self.failed(error))?;
        let row = self.view.get(id).await.map_err(|error| self.failed(error))?;
        Ok(Pair { trip, row })
    }

    /// What the view is to show of a trip.
    pub(in crate::commands) async fn trip(
        &self,
        id: &TripId,
    ) -> Result<Option<SearchRow>, StoreError> {
        let trip = self.trips.load(id).await?;
        Ok(trip.map(|trip| SearchRow::from_trip(&trip)))
    }

    /// What the view is to show of every trip.
    pub(in crate::commands) fn all_trips(
        &self,
    ) -> impl Stream<Item = Result<SearchRow, StoreError>> + use<> {
        self.trips.all_trips()
    }

    /// The view.
    pub(in crate::commands) fn view(&self) -> SearchView {
        self.view.clone()
    }

    /// Every trip of the write table.
    pub(in crate::commands) async fn trips(&self) -> anyhow::Result<Side> {
        self.collect(self.all_trips()).await
    }

    /// Every row of the view.
    pub(in crate::commands) async fn rows(&self) -> anyhow::Result<Side> {
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

    /// The error with what to do about it.
    pub(in crate::commands) fn failed(&self, error: StoreError) -> anyhow::Error {
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
