//! What all SDK clients are built from: endpoint, region, credentials, timeouts and retries.

use std::time::Duration;

use aws_config::default_provider::{credentials::DefaultCredentialsChain, region};
use aws_config::identity::IdentityCache;
use aws_config::meta::region::ProvideRegion;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::config::{Config, name};
use crate::https::LazyHttps;

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(1);
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
/// The SDK's own chains are used only if the settings name no region or no credentials.
pub async fn sdk_config(config: &Config, service: &str) -> SdkConfig {
    let endpoint = endpoint(config, service);
    let http = config.http_client(service).or_else(|| http_client(endpoint));
    let region = region(config).await;
    let credentials = credentials(config, region.clone(), http.clone()).await;
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region)
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::lazy().build())
        .retry_config(retries())
        .timeout_config(timeouts());
    builder.set_http_client(http).set_endpoint_url(endpoint.map(str::to_owned));
    builder.build()
}

fn endpoint<'a>(config: &'a Config, service: &str) -> Option<&'a str> {
    config.get(&format!("AWS_ENDPOINT_URL_{}", service.to_ascii_uppercase()))
}

/// The usual HTTP client towards an endpoint, or towards AWS if there is none.
pub fn http_client(endpoint: Option<&str>) -> Option<SharedHttpClient> {
    LazyHttps::towards(endpoint)
        .map(SharedHttpClient::new)
        .inspect_err(|error| tracing::error!(%error, "no HTTP client can be built"))
        .ok()
}

async fn region(config: &Config) -> Option<Region> {
    match config.get(name::AWS_REGION) {
        Some(region) => Some(Region::new(region.to_owned())),
        None => region::default_provider().region().await,
    }
}

async fn credentials(
    config: &Config,
    region: Option<Region>,
    http: Option<SharedHttpClient>,
) -> SharedCredentialsProvider {
    match static_credentials(config) {
        Some(credentials) => SharedCredentialsProvider::new(credentials),
        None => SharedCredentialsProvider::new(default_chain(region, http).await),
    }
}

/// Lambda's own credentials arrive this way too: they live as long as the process.
fn static_credentials(config: &Config) -> Option<Credentials> {
    let key = config.get(name::AWS_ACCESS_KEY_ID)?;
    let secret = config.get(name::AWS_SECRET_ACCESS_KEY)?;
    let token = config.get(name::AWS_SESSION_TOKEN).map(str::to_owned);
    Some(Credentials::new(key, secret, token, None, "configuration"))
}

async fn default_chain(
    region: Option<Region>,
    http: Option<SharedHttpClient>,
) -> DefaultCredentialsChain {
    let settings = ProviderConfig::without_region().with_region(region);
    let settings = match http {
        Some(http) => settings.with_http_client(http),
        None => settings,
    };
    DefaultCredentialsChain::builder().configure(settings).build().await
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
