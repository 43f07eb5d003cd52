//! The sweeper's Lambda function: publishes every minute the events that the stream missed.

use dispatcher::{Deps, sweeper};
use lambda_kit::config::Config;
use lambda_kit::{function, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    let spans = telemetry::init(&config);
    let deps = &Deps::from_config(&config).await?;
    let sweep = |event| sweeper::handle(deps, event);
    function::run(&spans, sweeper::TRIGGER, sweep).await.map_err(anyhow::Error::from_boxed)
}
