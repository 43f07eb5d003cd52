//! The seven functions of the write side in one binary: Lambda's handler setting selects the
//! operation.

use lambda_kit::config::Config;
use lambda_kit::{function, telemetry};
use saga::{Deps, Operation};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    let spans = telemetry::init(&config);
    let operation = Operation::from_config(&config)?;
    let deps = Deps::from_config(&config).await?;
    deps.check(operation)?;
    function::run(&spans, operation.trigger(), |event| saga::handle(&deps, operation, event))
        .await
        .map_err(anyhow::Error::from_boxed)
}
