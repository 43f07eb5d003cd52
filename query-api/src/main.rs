//! The query function: reads its configuration, builds its clients once, and serves.

use lambda_kit::config::Config;
use lambda_kit::spans::Trigger;
use lambda_kit::{function, telemetry};
use query_api::Deps;

fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    function::block_on(&config, serve(&config))?
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    let spans = telemetry::init(config);
    let deps: &Deps = Box::leak(Box::new(Deps::from_config(config).await?));
    let query = move |event| query_api::handle(deps, event);
    function::run(spans, Trigger::Http, query).await.map_err(anyhow::Error::from_boxed)
}
