//! The SDK clients' network access: TLS by rustls on ring, set up when the first request needs it.

use std::sync::OnceLock;

use aws_smithy_http_client::tls::{self, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, HttpClientError};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// An HTTP client that reads the system's root certificates at the first request.
///
/// The SDK's own client reads them while it is built, which takes most of a function's start.
#[derive(Debug)]
pub(crate) struct LazyHttps {
    tls: TlsContext,
    client: OnceLock<SharedHttpClient>,
}

impl LazyHttps {
    /// A client for the given endpoint, or for AWS if there is none.
    pub(crate) fn towards(endpoint: Option<&str>) -> Result<Self, HttpClientError> {
        // A plain endpoint is local: no certificate is checked, so none needs to be installed.
        let plain = endpoint.is_some_and(|url| url.starts_with("http://"));
        let trusted = if plain { TrustStore::empty() } else { TrustStore::default() };
        let tls = TlsContext::builder().with_trust_store(trusted).build()?;
        Ok(Self { tls, client: OnceLock::new() })
    }

    fn client(&self) -> &SharedHttpClient {
        self.client.get_or_init(|| {
            let ring = tls::rustls_provider::CryptoMode::Ring;
            Builder::new()
                .tls_provider(tls::Provider::Rustls(ring))
                .tls_context(self.tls.clone())
                .build_https()
        })
    }
}

impl HttpClient for LazyHttps {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.client().http_connector(settings, components)
    }
}
