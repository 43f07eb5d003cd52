//! The connection to a scripted stream without a network: the SDK's client calls it directly.

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::config::retry::RetryConfig;
use aws_sdk_dynamodbstreams::config::{BehaviorVersion, Region};
use aws_smithy_http_client::test_util::infallible_client_fn;
use event_source_mapping::{InMemoryPositions, MappingConfig};
use testing::ScriptedStream;

use crate::function::Function;
use crate::running::Running;

pub(crate) fn client(stream: &ScriptedStream) -> Client {
    let stream = stream.clone();
    let http = infallible_client_fn(move |request| {
        let target = request.headers()["x-amz-target"].to_str().unwrap();
        let (status, body) = stream.call(target, request.body().bytes().unwrap());
        let response = http::Response::builder().status(status);
        response.header("content-type", "application/x-amz-json-1.0").body(body).unwrap()
    });
    let config = aws_sdk_dynamodbstreams::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(http);
    Client::from_conf(config.build())
}

/// Starts a mapping without any position on the stream.
pub(crate) fn start(
    stream: &ScriptedStream,
    config: MappingConfig,
    function: &Arc<Function>,
) -> Running {
    Running::start(config, &client(stream), function, &Arc::new(InMemoryPositions::default()))
}
