//! The dispatcher's Lambda function: publishes the events in the table's stream.

use dispatcher::{Deps, TRIGGER, handle};
use lambda_kit::config::Config;
use lambda_kit::{function, telemetry};

fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    function::block_on(&config, serve(&config))?
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    let spans = telemetry::init(config);
    let deps: &Deps = Box::leak(Box::new(Deps::from_config(config).await?));
    let served = function::run(spans, TRIGGER, move |event| handle(deps, event)).await;
    served.map_err(anyhow::Error::from_boxed)
}
