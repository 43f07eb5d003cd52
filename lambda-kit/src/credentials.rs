//! Where the SDK clients' credentials come from: the environment's variables, otherwise the
//! environment's own endpoint for credentials.
//!
//! Lambda sets the variables where a process lives no longer than its credentials. A process that
//! may outlive them is given the endpoint, as one that is resumed from a snapshot. The order is
//! that of the SDKs' own chains, of which no other link exists on Lambda.

mod container;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use crate::config::{Config, name};
use crate::https::Https;
use container::Container;

/// The credentials that the settings name; `None` if they name none.
pub(crate) fn provider(config: &Config) -> Option<SharedCredentialsProvider> {
    if let Some(credentials) = fixed(config) {
        return Some(SharedCredentialsProvider::new(credentials));
    }
    let container = Container::from_config(config, Https::from_config(config).connector());
    match container {
        Ok(container) => container.map(SharedCredentialsProvider::new),
        Err(error) => {
            tracing::error!(%error, "no credentials");
            None
        }
    }
}

fn fixed(config: &Config) -> Option<Credentials> {
    let key = config.get(name::AWS_ACCESS_KEY_ID)?;
    let secret = config.get(name::AWS_SECRET_ACCESS_KEY)?;
    let token = config.get(name::AWS_SESSION_TOKEN).map(str::to_owned);
    Some(Credentials::new(key, secret, token, None, "configuration"))
}
