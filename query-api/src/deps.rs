//! What the routes work with, built once and shared by all requests.

use std::sync::Arc;

use domain::Clock;
use lambda_kit::clients::sdk_config;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::{Config, ConfigError, name};
use lambda_kit::http::cors::Sites;
use store::outbox::Outbox;
use store::schema::Tables;
use store::view::SearchView;
use store::{Client, TripStore};

use crate::cursor::CursorKeys;
use crate::swagger::SwaggerUi;

/// The read sides of the store, the keys of its cursors, and a clock. Clones share one client.
#[derive(Clone, Debug)]
pub struct Deps {
    pub(crate) trips: TripStore,
    pub(crate) outbox: Outbox,
    pub(crate) view: SearchView,
    pub(crate) cursor_keys: CursorKeys,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sites: Sites,
    pub(crate) swagger_ui: SwaggerUi,
}

impl Deps {
    /// Clients, tables and keys from the configuration.
    ///
    /// # Errors
    /// If the keys of cursors are missing or malformed, since a secret has no default; and for
    /// malformed sites.
    pub async fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let cursor_keys = cursor_keys(config)?;
        let client = store::client(&sdk_config(config, "dynamodb").await);
        let mut tables = Tables::default();
        tables.trips = config.get_or(name::TRIP_TABLE, &tables.trips).to_owned();
        tables.search = config.get_or(name::SEARCH_TABLE, &tables.search).to_owned();
        let sites = Sites::from_config(config, name::CORS_ORIGINS)?;
        Ok(Self { sites, ..Self::new(client, &tables, cursor_keys, Arc::new(SystemClock)) })
    }

    /// The same, with Swagger UI's files from elsewhere than beside the program.
    #[must_use]
    pub fn with_swagger_ui(self, swagger_ui: SwaggerUi) -> Self {
        Self { swagger_ui, ..self }
    }

    /// The same, with another clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The given tables, read through `client`; `clock` determines today's date.
    #[must_use]
    pub fn new(
        client: Client,
        tables: &Tables,
        cursor_keys: CursorKeys,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            trips: TripStore::new(client.clone(), &tables.trips),
            outbox: Outbox::new(client.clone(), &tables.trips),
            view: SearchView::new(client, &tables.search),
            cursor_keys,
            clock,
            sites: Sites::default(),
            swagger_ui: SwaggerUi::beside_the_program(),
        }
    }
}

fn cursor_keys(config: &Config) -> Result<CursorKeys, ConfigError> {
    let malformed = |_| ConfigError::Malformed {
        name: name::CURSOR_KEYS.to_owned(),
        expected: "a list of ID:KEY pairs, each key of at least 32 bytes in base64",
    };
    config.require(name::CURSOR_KEYS)?.parse().map_err(malformed)
}
