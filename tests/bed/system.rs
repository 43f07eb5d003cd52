//! The whole system in this process, on tables of its own.

use local::{Options, Pace, System};
use store::Tables;

use super::{access_key, unique_name};

/// A fast system on the DynamoDB at `endpoint`, or on the embedded engine.
pub async fn system_on(endpoint: Option<&str>) -> System {
    let tables = Tables::prefixed(&unique_name("t"));
    let options = Options {
        dynamodb_endpoint: endpoint.map(str::to_owned),
        access_key: access_key(&tables),
        tables,
        pace: Pace::FAST,
        ..Options::ephemeral()
    };
    System::start(options).await.unwrap()
}
