//! The system as its operator works on it from the console: the tables within this process, the
//! other services at the address at which `trip` calls them too.

use std::time::Duration;

use aws_sdk_dynamodbstreams::config::timeout::TimeoutConfig;
use lambda_kit::clients::sdk_config;
use lambda_kit::config::Config;
use operator::{Access, Installation, Place};
use store::Tables;

use crate::account;

/// The operator in audit lines.
pub(crate) const NAME: &str = "console";
/// Longer than any function may run.
const LONGEST_CALL: Duration = Duration::from_secs(90);

/// The installation; `aws` is where Step Functions and Lambda answer.
pub(crate) async fn installation(
    tables: &Tables,
    in_process: &Config,
    config: &Config,
    aws: &str,
) -> Installation {
    let timeouts = TimeoutConfig::builder().operation_timeout(LONGEST_CALL).build();
    let config = sdk_config(config, "sfn").await.into_builder().timeout_config(timeouts).build();
    let dynamodb = Access { url: None, config: sdk_config(in_process, "dynamodb").await };
    let services = Access { url: Some(aws.to_owned()), config };
    Installation::at(Place::local(account::names(tables.clone()), dynamodb, services)).by(NAME)
}
