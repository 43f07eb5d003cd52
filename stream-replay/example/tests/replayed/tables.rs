//! Tables of the test's own in DynamoDB Local.

use std::collections::HashMap;
use std::env;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType, StreamSpecification, StreamViewType,
};
use aws_sdk_dynamodb::{Client, Config};

/// The table of orders, which has a stream, and clients.
pub(crate) struct Tables {
    pub(crate) client: Client,
    pub(crate) streams: aws_sdk_dynamodbstreams::Client,
    pub(crate) orders: String,
}

impl Tables {
    pub(crate) async fn create() -> Self {
        let url = env::var("DYNAMODB_ENDPOINT").unwrap_or("http://127.0.0.1:8000".to_owned());
        let http = aws_smithy_http_client::Builder::new().build_http();
        // DynamoDB Local keeps the tables of each access key apart.
        let credentials = Credentials::new("example", "local", None, None, "test");
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(credentials.clone())
            .endpoint_url(&url)
            .http_client(http.clone())
            .region(Region::from_static("eu-west-1"));
        let streams = aws_sdk_dynamodbstreams::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(credentials)
            .endpoint_url(url)
            .http_client(http)
            .region(Region::from_static("eu-west-1"));
        let client = Client::from_conf(config.build());
        let orders = unique_name("orders");
        create(&client, &orders, true).await;
        Self {
            client,
            streams: aws_sdk_dynamodbstreams::Client::from_conf(streams.build()),
            orders,
        }
    }

    /// An empty table of totals.
    pub(crate) async fn fresh_totals(&self) -> String {
        let name = unique_name("totals");
        create(&self.client, &name, false).await;
        name
    }

    /// Writes an order.
    pub(crate) async fn put(&self, order: HashMap<String, AttributeValue>) {
        let put = self.client.put_item().table_name(&self.orders).set_item(Some(order));
        put.send().await.unwrap();
    }
}

async fn create(client: &Client, name: &str, with_stream: bool) {
    let mut create =
        client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    for (key, kind) in [("customer", KeyType::Hash), ("order", KeyType::Range)] {
        let attribute = AttributeDefinition::builder().attribute_name(key);
        let attribute = attribute.attribute_type(ScalarAttributeType::S).build().unwrap();
        let key = KeySchemaElement::builder().attribute_name(key).key_type(kind).build().unwrap();
        create = create.attribute_definitions(attribute).key_schema(key);
    }
    let stream = StreamSpecification::builder().stream_enabled(with_stream);
    let view = with_stream.then_some(StreamViewType::NewAndOldImages);
    let stream = stream.set_stream_view_type(view).build().unwrap();
    create.stream_specification(stream).send().await.unwrap();
}

/// A name that no other run uses.
fn unique_name(prefix: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("{prefix}-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::SeqCst))
}
