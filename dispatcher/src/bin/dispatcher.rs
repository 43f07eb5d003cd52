//! The dispatcher's Lambda function: publishes the events in the table's stream.

use dispatcher::{Deps, TRIGGER, handle};
use lambda_kit::config::Config;
use lambda_kit::{function, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    let spans = telemetry::init(&config);
    let deps = &Deps::from_config(&config).await?;
    let served = function::run(&spans, TRIGGER, |event| handle(deps, event)).await;
    served.map_err(anyhow::Error::from_boxed)
}
