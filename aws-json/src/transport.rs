//! The way to the network that an SDK client of the same configuration would take.

use std::sync::OnceLock;

use aws_smithy_runtime::client::auth::no_auth::{NO_AUTH_SCHEME_ID, NoAuthScheme};
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime::client::identity::no_auth::NoAuthIdentityResolver;
use aws_smithy_runtime::client::orchestrator::endpoints::StaticUriEndpointResolver;
use aws_smithy_runtime::client::retries::strategy::NeverRetryStrategy;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::{BuildError, RuntimeComponents};
use aws_types::SdkConfig;

/// The configuration's HTTP client. It opens nothing before the first call.
#[derive(Debug)]
pub(crate) struct Transport {
    client: Option<SharedHttpClient>,
    settings: HttpConnectorSettings,
    components: Option<RuntimeComponents>,
    connector: OnceLock<Option<SharedHttpConnector>>,
}

impl Transport {
    pub(crate) fn of(config: &SdkConfig) -> Self {
        let timeouts = config.timeout_config();
        let mut settings = HttpConnectorSettings::builder();
        settings
            .set_connect_timeout(timeouts.and_then(|timeouts| timeouts.connect_timeout()))
            .set_read_timeout(timeouts.and_then(|timeouts| timeouts.read_timeout()));
        Self {
            client: config.http_client(),
            settings: settings.build(),
            components: components(config).ok(),
            connector: OnceLock::new(),
        }
    }

    /// The connections, which belong to the async runtime that opens them; `None` if the
    /// configuration has no HTTP client.
    pub(crate) fn connector(&self) -> Option<&SharedHttpConnector> {
        let new = || {
            let (client, components) = self.client.as_ref().zip(self.components.as_ref())?;
            Some(client.http_connector(&self.settings, components))
        };
        self.connector.get_or_init(new).as_ref()
    }
}

/// What an HTTP client may ask for is the sleep and the time; the SDK insists on the rest, of which
/// nothing is used.
fn components(config: &SdkConfig) -> Result<RuntimeComponents, BuildError> {
    RuntimeComponents::builder(env!("CARGO_PKG_NAME"))
        .with_sleep_impl(config.sleep_impl())
        .with_time_source(config.time_source())
        .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(Vec::new())))
        .with_endpoint_resolver(Some(StaticUriEndpointResolver::uri(String::new())))
        .with_auth_scheme(NoAuthScheme::new())
        .with_identity_cache(Some(IdentityCache::no_cache()))
        .with_identity_resolver(NO_AUTH_SCHEME_ID, NoAuthIdentityResolver::new())
        .with_retry_strategy(Some(NeverRetryStrategy::new()))
        .build()
}
