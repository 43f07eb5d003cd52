//! The projector's Lambda function: brings the search view up to date with the table's stream.

use lambda_kit::config::Config;
use lambda_kit::{function, telemetry};
use projector::{Deps, TRIGGER, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    let spans = telemetry::init(&config);
    let deps = &Deps::from_config(&config).await?;
    let served = function::run(&spans, TRIGGER, |event| handle(deps, event)).await;
    served.map_err(anyhow::Error::from_boxed)
}
