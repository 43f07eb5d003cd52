//! What all SDK clients are built from: endpoint, region, credentials, timeouts and retries.

use std::time::Duration;

use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector, http_client_fn};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::config::{Config, ConfigError, name};
use crate::credentials;
use crate::https::{CONNECT, Https};

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(3);
/// How long a call may take with all its attempts: longer than a supplier's call, shorter than a
/// handler.
pub const OPERATION: Duration = Duration::from_secs(8);
/// Attempts of one call.
const ATTEMPTS: u32 = 3;
/// The pauses between attempts, before jitter: short, so that all attempts fit into one call's
/// time.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The configuration of a client of `service` (`dynamodb`, `eventbridge`, `sfn`), from the settings
/// alone.
///
/// Each client keeps its own connections, since they belong to the async runtime that opened them.
/// Nothing outside of the settings is consulted: no file, no metadata service.
pub async fn sdk_config(config: &Config, service: &str) -> SdkConfig {
    let http = match config.connector(service) {
        Some(connector) => http_client_fn(move |_, _| connector.clone()),
        None => http_client(config),
    };
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region(config))
        .http_client(http)
        .retry_config(retries())
        .timeout_config(timeouts());
    builder
        .set_credentials_provider(credentials::provider(config))
        .set_endpoint_url(endpoint(config, service));
    builder.build()
}

/// The usual client: it sends over the network, by the settings' certificates.
#[must_use]
pub fn http_client(config: &Config) -> SharedHttpClient {
    SharedHttpClient::new(Https::from_config(config))
}

/// The usual connector: it sends over the network, and has opened nothing yet.
#[must_use]
pub fn connector(config: &Config) -> SharedHttpConnector {
    Https::from_config(config).connector()
}

/// The URL that the settings give for `service`; `None` for AWS's own.
#[must_use]
pub fn endpoint(config: &Config, service: &str) -> Option<String> {
    config.get(&format!("AWS_ENDPOINT_URL_{}", service.to_ascii_uppercase())).map(str::to_owned)
}

/// Why a client cannot be made: the service's endpoint, in the settings, is no URL.
#[must_use]
pub fn malformed_endpoint(service: &str) -> ConfigError {
    let name = format!("the endpoint of {service}");
    ConfigError::Malformed { name, expected: "a URL" }
}

/// Why a client cannot be made: the SDK's rules know no endpoint in the region of the settings.
#[must_use]
pub fn unknown_region() -> ConfigError {
    ConfigError::Malformed { name: name::AWS_REGION.to_owned(), expected: "a region" }
}

fn region(config: &Config) -> Option<Region> {
    config.get(name::AWS_REGION).map(|region| Region::new(region.to_owned()))
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build()
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(FIRST_PAUSE)
        .with_max_backoff(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use aws_credential_types::provider::ProvideCredentials;

    use super::*;

    fn config() -> Config {
        Config::from_map([
            (name::AWS_REGION, "ap-northeast-1"),
            (name::AWS_ACCESS_KEY_ID, "key"),
            (name::AWS_SECRET_ACCESS_KEY, "secret"),
            (name::AWS_SESSION_TOKEN, "token"),
            ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000"),
        ])
    }

    #[tokio::test]
    async fn an_endpoint_is_its_own_services() {
        let dynamodb = sdk_config(&config(), "dynamodb").await;
        assert_eq!(dynamodb.endpoint_url(), Some("http://127.0.0.1:8000"));
        assert_eq!(sdk_config(&config(), "sfn").await.endpoint_url(), None);
    }

    #[tokio::test]
    async fn region_and_credentials_come_from_the_map() {
        let config = sdk_config(&config(), "dynamodb").await;
        let provider = config.credentials_provider().unwrap();
        let credentials = provider.provide_credentials().await.unwrap();
        assert_eq!(config.region().map(AsRef::as_ref), Some("ap-northeast-1"));
        assert_eq!(credentials.access_key_id(), "key");
        assert_eq!(credentials.session_token(), Some("token"));
    }

    #[tokio::test]
    async fn every_call_has_its_timeouts_and_they_nest() {
        let config = sdk_config(&config(), "dynamodb").await;
        let timeouts = config.timeout_config().unwrap();
        assert!(timeouts.connect_timeout() < timeouts.operation_attempt_timeout());
        assert!(timeouts.operation_attempt_timeout() < timeouts.operation_timeout());
        let pauses = LONGEST_PAUSE * (ATTEMPTS - 1);
        assert!(timeouts.connect_timeout().is_some() && pauses + ATTEMPT < OPERATION);
    }
}
