//! `trip up`: the whole system in this process, until it is told to stop.

mod program;
mod welcome;

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use domain::Clock;
use gateway::{Origin, Rate, Settings};
use lambda_kit::clock::SystemClock;
use lambda_kit::spans::Spans;
use local::runtime::API_RATE;
use local::{Concurrency, Data, Keep, Loopback, Options, Retention, System};
use serde_json::json;
use store::Tables;

use super::signals::Signals;
use crate::address::SEARCH_TABLE;
use crate::bus::Bus;
use crate::client::Endpoint;
use crate::demo::example;
use crate::output::Output;
use welcome::Welcome;

/// How long a system that has failed may take to stop.
const LAST_BREATH: Duration = Duration::from_secs(10);

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Where everything listens, and where it is kept.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the API and the console listen; port 0 takes any free one, here and below
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: Loopback,
    /// Where the tables and their streams listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8000")]
    dynamodb_listen: Loopback,
    /// Where EventBridge and Step Functions listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    aws_listen: Loopback,
    /// Keep everything in this directory
    #[arg(long, value_name = "DIR", default_value = "./.trip")]
    data: PathBuf,
    /// Keep nothing after the end
    #[arg(long, conflicts_with = "data")]
    ephemeral: bool,
    /// The table of the search view, which answers searches
    #[arg(long, value_name = "NAME", default_value = SEARCH_TABLE, env = "TRIP_SEARCH_TABLE")]
    search_table: String,
    /// A second table for the search view, which is written too, until it takes the first one's
    /// place
    #[arg(long, value_name = "NAME")]
    shadow_table: Option<String>,
    /// Use this DynamoDB in place of the embedded one
    #[arg(long, value_name = "URL", conflicts_with = "dynamodb_listen")]
    dynamodb_endpoint: Option<Endpoint>,
    /// Where functions are invoked that are targets of the bus's rules: cargo lambda watch, or
    /// another emulator of Lambda's Runtime API
    #[arg(long, value_name = "URL")]
    invoke_address: Option<Endpoint>,
    /// Requests a second that the API takes, as a stage on AWS does; 0 for no limit
    #[arg(long, value_name = "N", default_value_t = API_RATE.per_second.get())]
    rate: u32,
    /// Requests that it takes at once after a rest
    #[arg(long, value_name = "N", default_value_t = API_RATE.burst)]
    burst: NonZeroU32,
    /// Steps of sagas that run at once; others wait, and the oldest saga goes first
    #[arg(long, value_name = "N", default_value_t = at_least_one(Concurrency::USUAL.steps))]
    concurrency: NonZeroUsize,
    /// Bookings that may wait for their first step; more are refused with 429
    #[arg(long, value_name = "N", default_value_t = at_least_one(Concurrency::USUAL.waiting))]
    waiting: NonZeroUsize,
    /// Stream records to keep, at most a day old, once both consumers have passed them
    #[arg(long, value_name = "N", default_value_t = Keep::USUAL.stream.records)]
    keep_records: u32,
    /// Ended executions whose history to keep, the newest
    #[arg(long, value_name = "N", default_value_t = Keep::USUAL.histories)]
    keep_histories: u32,
    /// Days for which the bus's archive keeps an event
    #[arg(long, value_name = "DAYS", default_value_t = days(Keep::USUAL.events))]
    keep_events: u32,
    /// Which of EventBridge's buses events are published to; `trip events` reads both alike
    #[arg(long, value_enum, value_name = "KIND", default_value_t)]
    bus: Bus,
    /// Let this site's pages call the API from a browser; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    cors_origin: Vec<Origin>,
}

pub(crate) async fn run(args: &Args, spans: Spans, output: &Output) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::listen()?;
    let system = tokio::select! {
        started = System::start(Options { spans, ..args.options() }) => started?,
        () = signals.next() => return Ok(ExitCode::SUCCESS),
    };
    greet(args, &system, output)?;
    tokio::select! {
        failure = system.failure() => {
            // It has failed, even if it still stops in order.
            let _ = tokio::time::timeout(LAST_BREATH, system.stop()).await;
            Err(failure)
        }
        () = signals.next() => Ok(drain(system, &mut signals, output).await),
    }
}

/// Lets work in flight reach a point from which it can continue. A second signal ends it at once.
async fn drain(system: System, signals: &mut Signals, output: &Output) -> ExitCode {
    output.remark("stopping; Ctrl-C again quits at once");
    tokio::select! {
        () = system.stop() => ExitCode::SUCCESS,
        () = signals.next() => {
            output.remark("quit at once");
            ExitCode::FAILURE
        }
    }
}

fn greet(args: &Args, system: &System, output: &Output) -> anyhow::Result<()> {
    let urls = system.urls();
    let data = (!args.ephemeral).then_some(args.data.as_path());
    if output.is_json() {
        let ready = json!({
            "api": urls.api, "dynamodb": urls.dynamodb, "aws": urls.aws, "data": data,
        });
        return Ok(output.json(&ready)?);
    }
    let welcome = Welcome { urls, data, now: SystemClock.now(), program: program::unnamed() };
    Ok(output.line(welcome.text(output.palette()))?)
}

impl Args {
    fn options(&self) -> Options {
        let data = match self.ephemeral {
            true => Data::Ephemeral,
            false => Data::Dir(self.data.clone()),
        };
        Options {
            listen: self.listen,
            dynamodb_listen: self.dynamodb_listen,
            aws_listen: self.aws_listen,
            data,
            tables: self.tables(),
            invoke_address: self.invoke_address.as_ref().map(Endpoint::url),
            bus: self.bus.into(),
            dynamodb_endpoint: self.dynamodb_endpoint.as_ref().map(ToString::to_string),
            concurrency: Concurrency {
                steps: self.concurrency.get(),
                waiting: self.waiting.get(),
                ..Concurrency::USUAL
            },
            keep: Keep {
                stream: Retention { records: self.keep_records, ..Keep::USUAL.stream },
                histories: self.keep_histories,
                events: A_DAY * self.keep_events,
            },
            gateway: self.gateway(),
            example,
            ..Options::ephemeral()
        }
    }

    fn tables(&self) -> Tables {
        let (search, shadow) = (self.search_table.clone(), self.shadow_table.clone());
        Tables { search, shadow, ..Tables::default() }
    }

    fn gateway(&self) -> Settings {
        let rate = NonZeroU32::new(self.rate);
        Settings {
            rate: rate.map(|per_second| Rate { per_second, burst: self.burst }),
            cors_origins: self.cors_origin.clone(),
            ..Settings::default()
        }
    }
}

fn at_least_one(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN)
}

fn days(time: Duration) -> u32 {
    u32::try_from(time.as_secs() / A_DAY.as_secs()).unwrap_or(u32::MAX)
}
