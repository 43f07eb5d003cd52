//! The console's function: reads its configuration, builds its clients once, and serves.

use std::sync::Arc;

use console_function::Site;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::{Config, name};
use lambda_kit::spans::Trigger;
use lambda_kit::{function, telemetry};
use operator::audit;

fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    function::block_on(&config, serve(&config))?
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    // What operators did is logged whatever else is.
    let logged = format!("{},{}=info", config.get_or(name::RUST_LOG, "info"), audit::TARGET);
    let spans = telemetry::init(&config.clone().with(name::RUST_LOG, logged));
    let site: &Site = Box::leak(Box::new(Site::from_config(config, Arc::new(SystemClock)).await?));
    let show = move |event| site.handle(event);
    function::run(spans, Trigger::Http, show).await.map_err(anyhow::Error::from_boxed)
}
