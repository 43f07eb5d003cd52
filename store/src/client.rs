//! The SDK client, made and named here so that no other crate needs the SDK.

use aws_sdk_dynamodb::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

pub use aws_sdk_dynamodb::Client;

/// A client from a service configuration, such as `&aws_types::SdkConfig`.
pub fn client(config: impl Into<aws_sdk_dynamodb::Config>) -> Client {
    Client::from_conf(config.into())
}

/// Where DynamoDB is in that region, by the SDK's own rules, unless an endpoint is `given`. `None`
/// if there is no such region.
pub async fn endpoint(region: &str, given: Option<String>) -> Option<String> {
    let params = Params::builder().region(region).set_endpoint(given).build().ok()?;
    let resolved = DefaultResolver::new().resolve_endpoint(&params).await.ok()?;
    Some(resolved.url().to_owned())
}
