//! Which installation a command works on.

use std::time::Duration;

use aws_sdk_sfn::config::timeout::TimeoutConfig;
use local::account::names;
use operator::{Installation, Place};
use store::{Tables, schema};

use crate::client::Endpoint;

/// The usual table of the search view.
pub(crate) const SEARCH_TABLE: &str = schema::TRIP_SEARCH.name;

/// Longer than any function may run.
const LONGEST_CALL: Duration = Duration::from_secs(90);

/// Which installation: one on AWS, by its stage, or else a running `trip up`.
#[derive(Clone, Debug, clap::Args)]
pub struct Address {
    /// Work on this stage on AWS, found by its stack; credentials and region come from the usual
    /// AWS settings
    #[arg(long, value_name = "STAGE", env = "TRIP_STAGE")]
    stage: Option<String>,
    /// Where the tables of a running system are
    #[arg(
        long,
        value_name = "URL",
        env = "TRIP_DYNAMODB_ENDPOINT",
        default_value = "http://127.0.0.1:8000"
    )]
    dynamodb_endpoint: Endpoint,
    /// Where the AWS services of a running system are
    #[arg(
        long,
        value_name = "URL",
        env = "TRIP_AWS_ENDPOINT",
        default_value = "http://127.0.0.1:8081"
    )]
    aws_endpoint: Endpoint,
    /// The table of a running system's search view
    #[arg(
        long,
        value_name = "NAME",
        env = "TRIP_SEARCH_TABLE",
        default_value = SEARCH_TABLE
    )]
    search_table: String,
}

impl Address {
    /// The installation, with the user of this process as its operator.
    ///
    /// # Errors
    /// On AWS, when its stack cannot be read.
    pub(crate) async fn installation(&self) -> anyhow::Result<Installation> {
        let place = match &self.stage {
            Some(stage) => Place::on_aws(stage).await?,
            None => self.local().await,
        };
        let at = Installation::at(place);
        Ok(match std::env::var("USER") {
            Ok(user) => at.by(user),
            Err(_) => at,
        })
    }

    /// Where the tables of a running system are.
    pub(crate) fn dynamodb_endpoint(&self) -> &Endpoint {
        &self.dynamodb_endpoint
    }

    /// Where its AWS services are.
    pub(crate) fn aws_endpoint(&self) -> &Endpoint {
        &self.aws_endpoint
    }

    async fn local(&self) -> Place {
        let dynamodb = self.dynamodb_endpoint.access().await;
        let mut services = self.aws_endpoint.access().await;
        let timeouts = TimeoutConfig::builder().operation_timeout(LONGEST_CALL).build();
        services.config = services.config.into_builder().timeout_config(timeouts).build();
        let tables = Tables { search: self.search_table.clone(), ..Tables::default() };
        Place::local(names(tables), dynamodb, services)
    }
}
