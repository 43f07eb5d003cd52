//! Where an installation is: how its services are called, what its resources are named, and what a
//! failed call means.

use std::error::Error;
use std::time::Duration;

use anyhow::anyhow;
use aws_sdk_sfn::config::timeout::TimeoutConfig;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use aws_types::SdkConfig;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::{Config, name};
use local::account::REGION;
use store::StoreError;

use super::address::Address;
use super::names::Names;
use super::stack;
use crate::client::{ClientError, Endpoint, root};

/// Longer than any function may run.
const LONGEST_CALL: Duration = Duration::from_secs(90);

/// The option that names the tables' endpoint.
const TABLES_OPTION: &str = "--dynamodb-endpoint";
/// The option that names the other services' endpoint.
const AWS_OPTION: &str = "--aws-endpoint";

/// Where an installation is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    names: Names,
    site: Site,
}

#[derive(Clone, Debug)]
enum Site {
    /// This machine.
    Local { dynamodb: Endpoint, aws: Endpoint },
    /// AWS, or what answers for it.
    Aws { stage: String, config: Box<SdkConfig> },
}

impl Place {
    pub(super) async fn at(address: &Address) -> anyhow::Result<Self> {
        let Some(stage) = &address.stage else {
            let (dynamodb, aws) = (address.dynamodb_endpoint.clone(), address.aws_endpoint.clone());
            return Ok(Self { names: Names::local(), site: Site::Local { dynamodb, aws } });
        };
        let config = stack::usual_settings().await;
        let names = stack::names(&config, stage).await?;
        Ok(Self { names, site: Site::Aws { stage: stage.clone(), config: Box::new(config) } })
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// The stage on AWS; `None` on this machine.
    pub(crate) fn stage(&self) -> Option<&str> {
        match &self.site {
            Site::Local { .. } => None,
            Site::Aws { stage, .. } => Some(stage),
        }
    }

    /// What a command needs to work on this installation too: ` --stage prod`.
    pub(crate) fn option(&self) -> String {
        self.stage().map(|stage| format!(" --stage {stage}")).unwrap_or_default()
    }

    /// For the clients of tables and streams.
    pub(super) async fn dynamodb(&self) -> SdkConfig {
        match &self.site {
            Site::Local { dynamodb, .. } => local(dynamodb).await,
            Site::Aws { config, .. } => SdkConfig::clone(config),
        }
    }

    /// For the clients of all other services.
    pub(super) async fn services(&self) -> SdkConfig {
        match &self.site {
            Site::Local { aws, .. } => {
                let timeouts = TimeoutConfig::builder().operation_timeout(LONGEST_CALL).build();
                local(aws).await.into_builder().timeout_config(timeouts).build()
            }
            Site::Aws { config, .. } => SdkConfig::clone(config),
        }
    }

    /// The error of a read or a write of a table.
    pub(crate) fn unstored(&self, error: StoreError) -> anyhow::Error {
        match (&self.site, &error) {
            (Site::Local { dynamodb, .. }, StoreError::Unavailable { .. }) => {
                ClientError::unreachable(dynamodb, TABLES_OPTION, root(&error)).into()
            }
            _ => error.into(),
        }
    }

    /// The error of a call of another service; `what` was to be done.
    pub(crate) fn failed<E>(&self, what: &str, error: &SdkError<E>) -> anyhow::Error
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let is_unsent = matches!(error, SdkError::DispatchFailure(_) | SdkError::TimeoutError(_));
        match (&self.site, error.code()) {
            (Site::Local { aws, .. }, None) if is_unsent => {
                ClientError::unreachable(aws, AWS_OPTION, root(error)).into()
            }
            (_, Some(code)) => {
                anyhow!("cannot {what}: {code}: {}", error.message().unwrap_or("(no message)"))
            }
            (_, None) => anyhow!("cannot {what}: {}", root(error)),
        }
    }
}

/// The local services do not check credentials, but DynamoDB Local keeps separate tables for each
/// access key: these are the credentials of `trip up`.
async fn local(endpoint: &Endpoint) -> SdkConfig {
    let config = Config::from_map([
        (name::AWS_REGION, REGION.to_owned()),
        (name::AWS_ACCESS_KEY_ID, "local".to_owned()),
        (name::AWS_SECRET_ACCESS_KEY, "local".to_owned()),
        ("AWS_ENDPOINT_URL_LOCAL", endpoint.to_string()),
    ]);
    sdk_config(&config, "local").await
}
