//! The configuration that the functions get in place of Lambda's environment variables.

use lambda_kit::config::{Config, name};

use crate::account::{COMPENSATION_MACHINE, REGION, machine_arn};
use crate::options::Options;

/// Where the AWS services are.
pub(crate) struct Endpoints<'a> {
    pub(crate) dynamodb: &'a str,
    pub(crate) aws: &'a str,
}

/// The functions' settings. Credentials are placeholders: the local services do not check them.
pub(crate) fn config(options: &Options, endpoints: &Endpoints<'_>, cursor_keys: &str) -> Config {
    let pace = options.pace;
    let millis = |duration: std::time::Duration| duration.as_millis().to_string();
    Config::from_map([
        (name::AWS_REGION, REGION.to_owned()),
        (name::AWS_ACCESS_KEY_ID, options.access_key.clone()),
        (name::AWS_SECRET_ACCESS_KEY, "local".to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoints.dynamodb.to_owned()),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", endpoints.aws.to_owned()),
        ("AWS_ENDPOINT_URL_SFN", endpoints.aws.to_owned()),
        (name::TRIP_TABLE, options.tables.trips.clone()),
        (name::SEARCH_TABLE, options.tables.search.clone()),
        (name::SANDBOX_TABLE, options.tables.sandbox.clone()),
        (name::EVENT_BUS, "trip-saga".to_owned()),
        (name::COMPENSATION_STATE_MACHINE_ARN, machine_arn(COMPENSATION_MACHINE)),
        (name::SUPPLIER_TIMEOUT_MS, millis(pace.supplier_timeout)),
        (name::SANDBOX_SLOW_MS, millis(pace.sandbox_slow)),
        (name::SWEEP_GRACE_SECONDS, pace.sweep_grace.as_secs().to_string()),
        (name::CURSOR_KEYS, cursor_keys.to_owned()),
        (name::STAGE, "dev".to_owned()),
    ])
}
