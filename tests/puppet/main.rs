//! A function that does as its payload says, to see what becomes of whoever does so: it answers,
//! fails, panics, ends, runs out of memory or takes for ever.
#![allow(clippy::panic, reason = "it panics when it is told to")]

use std::future::pending;
use std::process;
use std::sync::OnceLock;

use domain::ErrorCode;
use lambda_kit::config::Config;
use lambda_kit::error::FunctionError;
use lambda_kit::spans::Trigger;
use lambda_kit::{function, metrics, telemetry};
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use tokio::sync::Barrier;

/// More than any machine has.
const TOO_MUCH: usize = 1 << 60;

fn main() -> anyhow::Result<()> {
    let config = Config::from_env();
    function::block_on(&config, serve(&config))?
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    let spans = telemetry::init(config);
    if let Some(reason) = config.get("PUPPET_INIT_ERROR") {
        return report_init_error(config, reason).await;
    }
    function::run(spans, Trigger::Task("puppet"), handle).await.map_err(anyhow::Error::from_boxed)
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, FunctionError> {
    match event.payload["do"].as_str() {
        Some("fail") => Err(FunctionError::new(ErrorCode::FlightUnavailable, "as told")),
        Some("panic") => panic!("as told, about {}", event.payload["about"]),
        Some("exit") => process::exit(3),
        Some("abort") => process::abort(),
        Some("exhaust memory") => Ok(json!(Vec::<u8>::with_capacity(TOO_MUCH))),
        Some("hang") => pending().await,
        Some("meet") => Ok(meet(&event).await),
        _ => Ok(echo(&event)),
    }
}

/// Waits until as many invocations are under way as the first of them says, and reports itself
/// before and after in the log and by a count.
async fn meet(event: &LambdaEvent<Value>) -> Value {
    static MEETING: OnceLock<Barrier> = OnceLock::new();
    let number = |field: &str| event.payload[field].as_u64().and_then(|n| usize::try_from(n).ok());
    let (n, of) = (number("n").unwrap_or(1), number("of").unwrap_or(1));
    tracing::info!(n, "arrived");
    MEETING.get_or_init(|| Barrier::new(of)).wait().await;
    tracing::info!(n, "met");
    metrics::count("Met", n);
    echo(event)
}

fn echo(event: &LambdaEvent<Value>) -> Value {
    json!({
        "payload": event.payload,
        "process": process::id(),
        "request_id": event.context.request_id,
        "deadline": event.context.deadline,
        "function_arn": event.context.invoked_function_arn,
        "function_name": event.context.env_config.function_name,
        "trace": event.context.xray_trace_id,
    })
}

/// Says in the way of a runtime why it does not start, and ends.
async fn report_init_error(config: &Config, reason: &str) -> anyhow::Result<()> {
    let api = config.require("AWS_LAMBDA_RUNTIME_API")?;
    let error = json!({ "errorType": "Runtime.Refused", "errorMessage": reason });
    let report = reqwest::Client::new().post(format!("http://{api}/2018-06-01/runtime/init/error"));
    report.json(&error).send().await?.error_for_status()?;
    anyhow::bail!("refused to start: {reason}")
}
