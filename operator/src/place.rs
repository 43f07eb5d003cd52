//! Where an installation is: how its services are called, what its resources are named, and what a
//! failed call means.

use std::error::Error;
use std::num::NonZeroU16;

use anyhow::anyhow;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use aws_types::SdkConfig;
use store::StoreError;

use super::names::Names;
use super::stack;
use crate::failure::{Service, Unreachable, root};

/// Where an installation is.
#[derive(Clone, Debug)]
pub struct Place {
    names: Names,
    /// The stage on AWS; `None` on this machine.
    stage: Option<String>,
    dynamodb: Access,
    services: Access,
}

/// How a service is reached.
#[derive(Clone, Debug)]
pub struct Access {
    /// Its URL on this machine, for the error when nobody answers there; `None` on AWS.
    pub url: Option<String>,
    /// For its clients.
    pub config: SdkConfig,
}

impl Place {
    /// An installation on this machine: `dynamodb` reaches its tables and streams, `services` all
    /// other services.
    #[must_use]
    pub fn local(names: Names, dynamodb: Access, services: Access) -> Self {
        Self { names, stage: None, dynamodb, services }
    }

    /// The installation of a stage on AWS, found by the outputs of its stack; credentials and
    /// region are the usual AWS settings.
    ///
    /// # Errors
    /// [`NotFound`](crate::NotFound) without such a stack; or when it cannot be read.
    pub async fn on_aws(stage: &str) -> anyhow::Result<Self> {
        let config = stack::usual_settings().await;
        let names = stack::names(&config, stage).await?;
        let access = Access { url: None, config };
        let (dynamodb, services) = (access.clone(), access);
        Ok(Self { names, stage: Some(stage.to_owned()), dynamodb, services })
    }

    /// What its resources are called.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The stage on AWS; `None` on this machine.
    #[must_use]
    pub fn stage(&self) -> Option<&str> {
        self.stage.as_deref()
    }

    /// What a command needs to work on this installation too: ` --stage prod`.
    #[must_use]
    pub fn option(&self) -> String {
        self.stage().map(|stage| format!(" --stage {stage}")).unwrap_or_default()
    }

    /// In how many parts its tables are read at the same time. On AWS in so many as a small table
    /// bears and a large one gains by. On this machine as a whole: for each page of a part the
    /// embedded engine reads the whole table, and sorts it.
    pub(crate) fn segments(&self) -> NonZeroU16 {
        let more = if self.stage.is_some() { 3 } else { 0 };
        NonZeroU16::MIN.saturating_add(more)
    }

    /// For the clients of tables and streams.
    pub(crate) fn dynamodb(&self) -> &SdkConfig {
        &self.dynamodb.config
    }

    /// For the clients of all other services.
    pub(crate) fn services(&self) -> &SdkConfig {
        &self.services.config
    }

    /// The error of a read or a write of a table.
    #[must_use]
    pub fn unstored(&self, error: StoreError) -> anyhow::Error {
        match (&self.dynamodb.url, &error) {
            (Some(url), StoreError::Unavailable { .. }) => {
                let (service, url, cause) = (Service::Tables, url.clone(), root(&error));
                Unreachable { service, url, cause }.into()
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
        match (&self.services.url, error.code()) {
            (Some(url), None) if is_unsent => {
                let (service, url, cause) = (Service::Aws, url.clone(), root(error));
                Unreachable { service, url, cause }.into()
            }
            (_, Some(code)) => {
                anyhow!("cannot {what}: {code}: {}", error.message().unwrap_or("(no message)"))
            }
            (_, None) => anyhow!("cannot {what}: {}", root(error)),
        }
    }
}
