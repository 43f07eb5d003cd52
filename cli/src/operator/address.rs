//! Which installation a command works on.

use crate::client::Endpoint;

/// Which installation: one on AWS, by its stage, or else a running `trip up`.
#[derive(Clone, Debug, clap::Args)]
pub struct Address {
    /// Work on this stage on AWS, found by its stack; credentials and region come from the usual
    /// AWS settings
    #[arg(long, value_name = "STAGE", env = "TRIP_STAGE")]
    pub(super) stage: Option<String>,
    /// Where the tables of a running system are
    #[arg(
        long,
        value_name = "URL",
        env = "TRIP_DYNAMODB_ENDPOINT",
        default_value = "http://127.0.0.1:8000"
    )]
    pub(super) dynamodb_endpoint: Endpoint,
    /// Where the AWS services of a running system are
    #[arg(
        long,
        value_name = "URL",
        env = "TRIP_AWS_ENDPOINT",
        default_value = "http://127.0.0.1:8081"
    )]
    pub(super) aws_endpoint: Endpoint,
}

impl Address {
    /// Where the tables of a running system are.
    pub(crate) fn dynamodb_endpoint(&self) -> &Endpoint {
        &self.dynamodb_endpoint
    }

    /// Where its AWS services are.
    pub(crate) fn aws_endpoint(&self) -> &Endpoint {
        &self.aws_endpoint
    }
}
