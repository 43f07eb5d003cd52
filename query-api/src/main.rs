//! The query function: reads its configuration, builds its clients once, and serves.

use lambda_kit::config::Config;
use lambda_kit::spans::Trigger;
use lambda_kit::{function, telemetry};
use query_api::Deps;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    let spans = telemetry::init(&config);
    let deps = Deps::from_config(&config).await?;
    let query = |event| query_api::handle(&deps, event);
    function::run(&spans, Trigger::Http, query).await.map_err(anyhow::Error::from_boxed)
}
