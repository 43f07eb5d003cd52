//! An engine serving a fresh file, real SDK clients for it, and a table shaped like the product's.

use std::path::PathBuf;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement,
    KeyType, Projection, ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType,
};
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use engine::Engine;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const TABLE: &str = "trips";

/// A served engine. Dropping it stops the server.
pub(crate) struct Served {
    pub(crate) engine: Engine,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) streams: aws_sdk_dynamodbstreams::Client,
    pub(crate) directory: TempDir,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), engine::EngineError>>,
}

impl Served {
    /// An empty engine.
    pub(crate) async fn empty() -> Self {
        Self::reopen(tempfile::tempdir().unwrap()).await
    }

    /// An engine with the table.
    pub(crate) async fn with_table() -> Self {
        let served = Self::empty().await;
        create_table(&served.dynamodb).await;
        served
    }

    /// An engine on the file that `directory` holds.
    pub(crate) async fn reopen(directory: TempDir) -> Self {
        let engine = Engine::open_unsynced(&file(&directory)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let served = engine.clone();
        let server = tokio::spawn(async move {
            let shutdown = async { drop(stopped.await) };
            served.serve(listener, shutdown).await
        });
        let (dynamodb, streams) = clients(&url);
        Self { engine, dynamodb, streams, directory, stop, server }
    }

    /// Stops the server and gives back its directory.
    pub(crate) async fn stop(self) -> TempDir {
        drop(self.stop);
        self.server.await.unwrap().unwrap();
        self.directory
    }

    pub(crate) fn file(&self) -> PathBuf {
        file(&self.directory)
    }

    pub(crate) async fn put(&self, key: (&str, &str), more: &[(&str, &str)]) {
        let item = item(key, more);
        self.dynamodb.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    }

    pub(crate) async fn get(&self, key: (&str, &str)) -> Option<Item> {
        let request = self.dynamodb.get_item().table_name(TABLE).consistent_read(true);
        request.set_key(Some(item(key, &[]))).send().await.unwrap().item
    }

    pub(crate) async fn stream_arn(&self) -> String {
        let table = self.dynamodb.describe_table().table_name(TABLE).send().await.unwrap();
        table.table.unwrap().latest_stream_arn.unwrap()
    }

    /// Every stream record from `TRIM_HORIZON` on.
    pub(crate) async fn records(&self) -> Vec<Record> {
        self.records_from(ShardIteratorType::TrimHorizon, None).await
    }

    pub(crate) async fn records_from(
        &self,
        start: ShardIteratorType,
        at: Option<&str>,
    ) -> Vec<Record> {
        let arn = self.stream_arn().await;
        let stream = self.streams.describe_stream().stream_arn(&arn).send().await.unwrap();
        let shard = stream.stream_description.unwrap().shards.unwrap().remove(0).shard_id.unwrap();
        let request = self.streams.get_shard_iterator().stream_arn(arn).shard_id(shard);
        let request = request.shard_iterator_type(start).set_sequence_number(at.map(str::to_owned));
        let iterator = request.send().await.unwrap().shard_iterator.unwrap();
        let page = self.streams.get_records().shard_iterator(iterator).send().await.unwrap();
        page.records.unwrap()
    }
}

pub(crate) type Item = std::collections::HashMap<String, AttributeValue>;

pub(crate) fn item(key: (&str, &str), more: &[(&str, &str)]) -> Item {
    let all = [&[("PK", key.0), ("SK", key.1)], more].concat();
    all.into_iter()
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())))
        .collect()
}

pub(crate) fn sequence_number(record: &Record) -> &str {
    record.dynamodb().unwrap().sequence_number().unwrap()
}

fn file(directory: &TempDir) -> PathBuf {
    directory.path().join("dynamodb.sqlite")
}

pub(crate) fn clients(url: &str) -> (aws_sdk_dynamodb::Client, aws_sdk_dynamodbstreams::Client) {
    use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
    let http = aws_smithy_http_client::Builder::new().build_http();
    let credentials = Credentials::new("local", "local", None, None, "test");
    let dynamodb = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(url)
        .credentials_provider(credentials.clone())
        .http_client(http.clone())
        .build();
    let streams = aws_sdk_dynamodbstreams::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(url)
        .credentials_provider(credentials)
        .http_client(http)
        .build();
    (
        aws_sdk_dynamodb::Client::from_conf(dynamodb),
        aws_sdk_dynamodbstreams::Client::from_conf(streams),
    )
}

pub(crate) async fn create_table(client: &aws_sdk_dynamodb::Client) {
    let index = GlobalSecondaryIndex::builder()
        .index_name("GSI1")
        .key_schema(key("GSI1PK", KeyType::Hash))
        .key_schema(key("GSI1SK", KeyType::Range))
        .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build())
        .build();
    let stream = StreamSpecification::builder()
        .stream_enabled(true)
        .stream_view_type(StreamViewType::NewAndOldImages)
        .build();
    client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(["PK", "SK", "GSI1PK", "GSI1SK"].map(string).to_vec()))
        .key_schema(key("PK", KeyType::Hash))
        .key_schema(key("SK", KeyType::Range))
        .global_secondary_indexes(index.unwrap())
        .stream_specification(stream.unwrap())
        .send()
        .await
        .unwrap();
}

fn string(name: &str) -> AttributeDefinition {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::S)
        .build()
        .unwrap()
}

fn key(name: &str, key_type: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(key_type).build().unwrap()
}
