//! The HTTP client of the SDK clients and of the spans' exporter: HTTP/1.1, and TLS by rustls on
//! ring, which is set up when the first request needs it.

mod connector;
mod failure;
mod trust;

use std::path::PathBuf;
use std::sync::OnceLock;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use crate::config::{Config, name};
use connector::Connector;

pub(crate) use connector::CONNECT;

/// An HTTP client that knows Mozilla's root certificates and those of `AWS_CA_BUNDLE`.
///
/// The SDK's own client reads the system's certificates while it is built, which takes most of a
/// function's start; and it speaks HTTP/2, which DynamoDB, EventBridge and Step Functions do not.
#[derive(Debug)]
pub(crate) struct Https {
    bundle: Option<PathBuf>,
    connector: OnceLock<SharedHttpConnector>,
}

impl Https {
    /// A client that has opened nothing yet.
    pub(crate) fn from_config(config: &Config) -> Self {
        let bundle = config.get(name::AWS_CA_BUNDLE).map(PathBuf::from);
        Self { bundle, connector: OnceLock::new() }
    }

    /// The connections, which belong to the async runtime that opens them.
    pub(crate) fn connector(&self) -> SharedHttpConnector {
        let new = || SharedHttpConnector::new(Connector::new(trust::tls(self.bundle.as_deref())));
        self.connector.get_or_init(new).clone()
    }
}

impl HttpClient for Https {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.connector()
    }
}

#[cfg(test)]
mod tests;
