//! The eight functions of the write side in one binary: Lambda's handler setting selects the
//! operation.

use lambda_kit::config::Config;
use lambda_kit::{function, telemetry};
use saga::{Deps, Operation};

fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    function::block_on(&config, serve(&config))?
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    let spans = telemetry::init(config);
    let operation = Operation::from_config(config)?;
    let deps: &Deps = Box::leak(Box::new(Deps::from_config(config).await?));
    deps.check(operation)?;
    let step = move |event| saga::handle(deps, operation, event);
    function::run(spans, operation.trigger(), step).await.map_err(anyhow::Error::from_boxed)
}
