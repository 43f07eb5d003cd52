//! The tables of a running system, read directly.

use domain::TripId;
use futures::{Stream, StreamExt};
use lambda_kit::clients::sdk_config;
use lambda_kit::config::{Config, name};
use local::account::REGION;
use projector::{Powers, Rebuild};
use store::view::{SearchRow, SearchView};
use store::{CodecError, StoreError, Tables, TripStore, UnreadableItem};

use crate::client::{ClientError, Endpoint, root};
use crate::drift::Said;

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

impl TablesArgs {
    /// The DynamoDB of the tables.
    pub(in crate::commands) fn endpoint(&self) -> &Endpoint {
        &self.dynamodb_endpoint
    }
}

/// The write table and the view.
pub(in crate::commands) struct LiveTables {
    trips: TripStore,
    view: SearchView,
    endpoint: Endpoint,
}

/// One trip from both tables.
pub(in crate::commands) struct Pair {
    pub(in crate::commands) trip: Option<Said>,
    pub(in crate::commands) row: Option<Said>,
}

impl LiveTables {
    /// The tables that the arguments name.
    pub(in crate::commands) async fn of(args: &TablesArgs) -> Self {
        let endpoint = &args.dynamodb_endpoint;
        let client = store::client(&sdk_config(&config(endpoint), "dynamodb").await);
        let names = Tables::default();
        Self {
            trips: TripStore::new(client.clone(), names.trips),
            view: SearchView::new(client, names.search),
            endpoint: endpoint.clone(),
        }
    }

    /// One trip and its row.
    pub(in crate::commands) async fn pair(&self, id: &TripId) -> anyhow::Result<Pair> {
        let trip = match self.trips.root(id).await {
            Ok(root) => root.map(|root| Ok(root.summary)),
            Err(StoreError::Codec(source)) => Some(Err(unreadable(id, source))),
            Err(error) => return Err(self.failed(error)),
        };
        let held = self.view.look(id).await.map_err(|error| self.failed(error))?;
        Ok(Pair { trip, row: held.map(|held| held.row) })
    }

    /// A rebuild of the view.
    pub(in crate::commands) fn rebuild(&self, powers: Powers) -> Rebuild {
        Rebuild::new(self.trips.clone(), self.view.clone(), powers)
    }

    /// Every trip of the write table.
    pub(in crate::commands) fn trips(&self) -> impl Stream<Item = anyhow::Result<Said>> {
        self.said(self.trips.all_trips())
    }

    /// Every row of the view.
    pub(in crate::commands) fn rows(&self) -> impl Stream<Item = anyhow::Result<Said>> {
        self.said(self.view.all_rows())
    }

    /// What cannot be read is a finding; a table that cannot be reached is an error.
    fn said(
        &self,
        rows: impl Stream<Item = Result<SearchRow, StoreError>>,
    ) -> impl Stream<Item = anyhow::Result<Said>> {
        rows.map(|row| match row {
            Ok(row) => Ok(Ok(row)),
            Err(StoreError::Unreadable(item)) => Ok(Err(item)),
            Err(error) => Err(self.failed(error)),
        })
    }

    /// The error, with what to do about it.
    pub(in crate::commands) fn failed(&self, error: StoreError) -> anyhow::Error {
        match error {
            StoreError::Unavailable { .. } => {
                ClientError::unreachable(&self.endpoint, OPTION, root(&error)).into()
            }
            other => other.into(),
        }
    }
}

fn unreadable(id: &TripId, source: CodecError) -> UnreadableItem {
    UnreadableItem { trip_id: id.to_string(), source }
}

/// The local services do not check credentials, but DynamoDB Local keeps separate tables for each
/// access key: these are the credentials of `trip up`.
fn config(endpoint: &Endpoint) -> Config {
    Config::from_map([
        (name::AWS_REGION, REGION.to_owned()),
        (name::AWS_ACCESS_KEY_ID, "local".to_owned()),
        (name::AWS_SECRET_ACCESS_KEY, "local".to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoint.to_string()),
    ])
}
