//! The projector's Lambda function: brings the search view up to what the table's stream brings.

use lambda_kit::config::Config;
use lambda_kit::{function, telemetry};
use projector::{Deps, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    telemetry::init(&config);
    let deps = &Deps::from_config(&config).await?;
    function::run(|event| handle(deps, event)).await.map_err(anyhow::Error::from_boxed)
}
