//! A DynamoDB that holds nothing and takes nothing, without a socket: what is fuzzed is not the
//! network.

use aws_sdk_dynamodb::config::http::{HttpRequest, HttpResponse};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_types::SdkConfig;
use store::Client;

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

/// A real client of it.
pub(super) fn client() -> Client {
    let connector = SharedHttpConnector::new(Empty);
    let credentials = Credentials::new("fuzz", "fuzz", None, None, "tests");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .region(Region::from_static("eu-west-1"))
        .retry_config(RetryConfig::disabled())
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    store::client(&config)
}
