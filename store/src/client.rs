//! The SDK client, made and named here so that no other crate needs the SDK.

pub use aws_sdk_dynamodb::Client;

/// A client from a service configuration, such as `&aws_types::SdkConfig`.
pub fn client(config: impl Into<aws_sdk_dynamodb::Config>) -> Client {
    Client::from_conf(config.into())
}
