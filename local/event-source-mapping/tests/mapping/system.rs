//! The embedded engine over HTTP, with a table that has a stream, and real SDK clients.

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType, StreamSpecification, StreamViewType, TimeToLiveSpecification,
};
use aws_sdk_dynamodbstreams::config::{BehaviorVersion, Region};
use engine::Engine;
use event_source_mapping::{Handler, InMemoryPositions, MappingConfig};
use serde_json::Value;
use stream_replay::Capture;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::running::{Running, config};

const TABLE: &str = "trips";

/// A served engine. Dropping it stops the server.
pub(crate) struct System {
    pub(crate) engine: Engine,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) streams: aws_sdk_dynamodbstreams::Client,
    pub(crate) stream_arn: String,
    pub(crate) positions: Arc<InMemoryPositions>,
    _stop: oneshot::Sender<()>,
    _directory: TempDir,
}

impl System {
    pub(crate) async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let engine = Engine::open_unsynced(&directory.path().join("dynamodb.sqlite")).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (dynamodb, streams) = clients(&format!("http://{}", listener.local_addr().unwrap()));
        let (stop, stopped) = oneshot::channel::<()>();
        let served = engine.clone();
        tokio::spawn(async move { served.serve(listener, async { drop(stopped.await) }).await });
        let stream_arn = create_table(&dynamodb).await;
        let positions = Arc::default();
        Self {
            engine,
            dynamodb,
            streams,
            stream_arn,
            positions,
            _stop: stop,
            _directory: directory,
        }
    }

    pub(crate) fn config(&self) -> MappingConfig {
        config(&self.stream_arn)
    }

    /// Starts a mapping that stores its positions with the system.
    pub(crate) fn run(
        &self,
        config: MappingConfig,
        function: &Arc<impl Handler + 'static>,
    ) -> Running {
        Running::start(config, &self.streams, function, &self.positions)
    }

    /// Every record of the stream.
    pub(crate) async fn captured(&self) -> Vec<Value> {
        let capture = Capture::of_stream(&self.streams, &self.stream_arn).await.unwrap();
        capture.records().cloned().collect()
    }

    /// Writes an item; the text tells its versions apart.
    pub(crate) async fn put(&self, sort_key: &str, text: &str) {
        let put = self.dynamodb.put_item().table_name(TABLE);
        let put = put
            .item("PK", string("TRIP#1"))
            .item("SK", string(sort_key))
            .item("text", string(text));
        put.send().await.unwrap();
    }

    /// Writes one item each, in order.
    pub(crate) async fn put_all(&self, sort_keys: &[&str]) {
        for sort_key in sort_keys {
            self.put(sort_key, "").await;
        }
    }

    /// Writes an item whose time has passed, and lets it expire.
    pub(crate) async fn expire(&self, sort_key: &str) {
        let ttl =
            TimeToLiveSpecification::builder().enabled(true).attribute_name("expires_at").build();
        let request = self.dynamodb.update_time_to_live().table_name(TABLE);
        request.time_to_live_specification(ttl.unwrap()).send().await.unwrap();
        let put = self.dynamodb.put_item().table_name(TABLE);
        let put = put.item("PK", string("TRIP#1")).item("SK", string(sort_key));
        put.item("expires_at", AttributeValue::N("1".to_owned())).send().await.unwrap();
        assert_eq!(self.engine.sweep_ttl().unwrap(), 1);
    }
}

fn string(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn clients(url: &str) -> (aws_sdk_dynamodb::Client, aws_sdk_dynamodbstreams::Client) {
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

/// Creates the table; returns the ARN of its stream.
async fn create_table(client: &aws_sdk_dynamodb::Client) -> String {
    let attribute = |name: &str| {
        let definition = AttributeDefinition::builder().attribute_name(name);
        definition.attribute_type(ScalarAttributeType::S).build().unwrap()
    };
    let key = |name: &str, kind| {
        KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
    };
    let stream = StreamSpecification::builder().stream_enabled(true);
    let stream = stream.stream_view_type(StreamViewType::NewAndOldImages).build().unwrap();
    let request = client.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    let request =
        request.attribute_definitions(attribute("PK")).attribute_definitions(attribute("SK"));
    let request =
        request.key_schema(key("PK", KeyType::Hash)).key_schema(key("SK", KeyType::Range));
    let created = request.stream_specification(stream).send().await.unwrap();
    created.table_description.unwrap().latest_stream_arn.unwrap()
}
