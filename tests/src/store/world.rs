//! Fresh tables on a database of either kind, and the store's parts on them.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::{Client, Config};
use bed::{access_key, dynamodb_local, unique_name};
use engine::Engine;
use store::TripStore;
use store::outbox::Outbox;
use store::sandbox::Ledger;
use store::schema::{Tables, create_all};
use store::view::SearchView;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How long a dispatched event is kept in these tests.
pub(super) const RETENTION: Duration = Duration::from_secs(60);

/// On which database a test runs.
#[derive(Clone, Copy, Debug)]
pub(super) enum On {
    DynamoDbLocal,
    Engine,
}

pub(super) struct World {
    pub(super) client: Client,
    pub(super) tables: Tables,
    /// Ours to keep running.
    _engine: Option<Served>,
}

/// An embedded engine that serves until it is dropped.
struct Served {
    _stop: oneshot::Sender<()>,
    _directory: TempDir,
}

impl World {
    pub(super) async fn new(on: On) -> Self {
        let (url, engine) = match on {
            On::DynamoDbLocal => (dynamodb_local().await.url().to_owned(), None),
            On::Engine => serve().await,
        };
        let tables = Tables::prefixed(&unique_name("s"));
        let client = Client::from_conf(config(&url, &tables).build());
        create_all(&client, &tables).await.unwrap();
        Self { client, tables, _engine: engine }
    }

    pub(super) fn trips(&self) -> TripStore {
        self.trips_through(self.client.clone())
    }

    /// The trips, reached through another client of the same database.
    pub(super) fn trips_through(&self, client: Client) -> TripStore {
        TripStore::new(client, &self.tables.trips)
    }

    pub(super) fn outbox(&self) -> Outbox {
        Outbox::new(self.client.clone(), &self.tables.trips).with_retention(RETENTION)
    }

    pub(super) fn view(&self) -> SearchView {
        SearchView::new(self.client.clone(), &self.tables.search)
    }

    pub(super) fn ledger(&self) -> Ledger {
        Ledger::new(self.client.clone(), &self.tables.sandbox)
    }

    /// One item of the trips' table, as it is.
    pub(super) async fn item(&self, pk: &str, sk: &str) -> Option<serde_dynamo::Item> {
        let get = self.client.get_item().table_name(&self.tables.trips).consistent_read(true);
        let get = get.key("PK", text(pk)).key("SK", text(sk));
        get.send().await.unwrap().item.map(Into::into)
    }
}

pub(super) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

/// What a client needs to reach the database at `url`.
pub(super) fn config(url: &str, tables: &Tables) -> aws_sdk_dynamodb::config::Builder {
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new(access_key(tables), "local", None, None, "tests"))
        .endpoint_url(url)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::from_static("eu-west-1"))
}

async fn serve() -> (String, Option<Served>) {
    let directory = TempDir::new().unwrap();
    let engine = Engine::open_unsynced(&directory.path().join("dynamodb.db")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(async move {
        let until_dropped = async move { drop(stopped.await) };
        engine.serve(listener, until_dropped).await.unwrap();
    });
    (url, Some(Served { _stop: stop, _directory: directory }))
}
