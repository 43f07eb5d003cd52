//! The sweeper's Lambda function: publishes every minute the events that the stream missed.

use dispatcher::{Deps, sweeper};
use lambda_kit::config::Config;
use lambda_kit::{function, telemetry};

fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    function::block_on(&config, serve(&config))?
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    let spans = telemetry::init(config);
    let deps: &Deps = Box::leak(Box::new(Deps::from_config(config).await?));
    let sweep = move |event| sweeper::handle(deps, event);
    function::run(spans, sweeper::TRIGGER, sweep).await.map_err(anyhow::Error::from_boxed)
}
