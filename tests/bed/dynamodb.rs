//! DynamoDB Local for the tests: one server a process, real SDK clients, tables kept apart by name.

use std::env;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::{Client, Config};
use store::Tables;
use tokio::sync::OnceCell;
use uuid::Uuid;
use xtask::dynamodb_local::{ENDPOINT_VARIABLE, Server};

/// A DynamoDB Local that the tests may use.
pub struct Endpoint {
    url: String,
    /// Ours to keep running; none where the environment named a server.
    _server: Option<Server>,
}

impl Endpoint {
    /// The server that the environment names, else a fresh one.
    fn open() -> Self {
        if let Ok(url) = env::var(ENDPOINT_VARIABLE) {
            return Self { url, _server: None };
        }
        let server = Server::start(0).unwrap();
        Self { url: server.url(), _server: Some(server) }
    }

    /// Where the server listens, such as `http://127.0.0.1:8000`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The DynamoDB Local of this test process, started by the first test that asks for it.
pub async fn dynamodb_local() -> &'static Endpoint {
    static SHARED: OnceCell<Endpoint> = OnceCell::const_new();
    let open = || async { tokio::task::spawn_blocking(Endpoint::open).await.unwrap() };
    SHARED.get_or_init(open).await
}

/// The access key by which to reach these tables.
///
/// DynamoDB Local keeps one database an access key, with one thread, and slows with all that was
/// ever written to it. Tables that share nothing else share neither.
#[must_use]
pub fn access_key(tables: &Tables) -> String {
    tables.trips.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A real SDK client of these tables.
#[must_use]
pub fn client(endpoint: &Endpoint, tables: &Tables) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new(access_key(tables), "local", None, None, "tests"))
        .endpoint_url(endpoint.url())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::from_static("eu-west-1"))
        .build();
    Client::from_conf(config)
}

/// A table name that nobody else uses, short because shard ids are made of it.
pub fn unique_name(prefix: &str) -> String {
    let random = Uuid::new_v4().simple().to_string();
    format!("{prefix}-{}", &random[..8])
}
