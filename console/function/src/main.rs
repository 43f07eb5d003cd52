//! The console's function: reads its configuration, builds its clients once, and serves.

use std::sync::Arc;

use console_function::Site;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::Config;
use lambda_kit::spans::Trigger;
use lambda_kit::{function, telemetry};

fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    function::block_on(&config, serve(&config))?
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    let spans = telemetry::init(config);
    let site: &Site = Box::leak(Box::new(Site::from_config(config, Arc::new(SystemClock)).await?));
    let show = move |event| site.handle(event);
    function::run(spans, Trigger::Http, show).await.map_err(anyhow::Error::from_boxed)
}
