//! A DynamoDB that holds nothing and takes nothing, without a socket: what is fuzzed is not the
//! network.

use std::future::ready;

use aws_sdk_dynamodb::config::http::{HttpRequest, HttpResponse};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use futures::FutureExt;
use futures::future::BoxFuture;
use store::outbox::{CallFailed, Calls};

/// The answer to every read: what belongs to other operations is passed over.
const EMPTY: &str = r#"{"Responses": {}, "Items": [], "Count": 0, "ScannedCount": 0}"#;
/// The answer to every write. To take one and not to show it would be no database at all.
const REFUSED: &str = r#"{"__type": "com.amazonaws.dynamodb.v20120810#ValidationException"}"#;
const READS: [&str; 4] = ["BatchGetItem", "GetItem", "Query", "Scan"];

#[derive(Clone, Debug)]
struct Empty;

impl HttpConnector for Empty {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let reads = READS.iter().any(|read| target.ends_with(&format!(".{read}")));
        let (status, body) = if reads { (200, EMPTY) } else { (400, REFUSED) };
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), body.into())))
    }
}

/// A real SDK client of it.
pub(super) fn client() -> Client {
    let connector = SharedHttpConnector::new(Empty);
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new("fuzz", "fuzz", None, None, "tests"))
        .region(Region::from_static("eu-west-1"))
        .retry_config(RetryConfig::disabled())
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    Client::from_conf(config)
}

/// The same for what is called without the SDK's client, which only writes.
#[derive(Debug)]
pub(super) struct Refusing;

impl Calls for Refusing {
    fn call(&self, _: &'static str, _: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, CallFailed>> {
        let (code, message) = ("ValidationException".to_owned(), String::new());
        ready(Err(CallFailed::Answered { status: 400, code, message })).boxed()
    }
}
