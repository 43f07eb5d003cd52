//! The options of a local system.

use std::path::PathBuf;
use std::time::Duration;

use domain::Timestamp;
use engine::Retention;
use event_bus::Url;
use lambda_kit::spans::Spans;
use serde_json::Value;
use store::Tables;

use crate::faults::Faults;
use crate::loopback::Loopback;

/// How to start a system. [`Options::ephemeral`] gives the usual one for tests.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the API and the console listen. Port 0 takes any free one, here and below.
    pub listen: Loopback,
    /// Where the embedded engine listens.
    pub dynamodb_listen: Loopback,
    /// Where EventBridge and Step Functions listen.
    pub aws_listen: Loopback,
    /// Where the files are kept.
    pub data: Data,
    /// Where the functions are invoked that are targets of rules, such as `cargo lambda watch`.
    pub invoke_address: Option<Url>,
    /// Another DynamoDB to use in place of the embedded engine.
    pub dynamodb_endpoint: Option<String>,
    /// The access key of the functions. DynamoDB Local keeps the tables of each access key apart.
    pub access_key: String,
    /// The tables' names.
    pub tables: Tables,
    /// The pace of the system's waits.
    pub pace: Pace,
    /// What it keeps of what is over.
    pub keep: Keep,
    /// How much it does at once.
    pub concurrency: Concurrency,
    /// How the gateway protects itself.
    pub gateway: gateway::Settings,
    /// What events are published to.
    pub bus: BusKind,
    /// The faults to inject.
    pub faults: Faults,
    /// Where the functions' spans go.
    pub spans: Spans,
    /// The body of the booking with which the console's form is filled in, at this time.
    pub example: fn(Timestamp) -> Value,
}

/// Which of EventBridge's buses events are published to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BusKind {
    /// The one with rules. It promises no order.
    #[default]
    Classic,
    /// The one that keeps each trip's events in order and drops repeats. What it accepts is in the
    /// same archive.
    Ordered,
}

/// Where a system keeps its files.
#[derive(Clone, Debug)]
pub enum Data {
    /// In this directory, which is created if it is missing. It outlives the process.
    Dir(PathBuf),
    /// In a temporary directory, which is removed with the process.
    Ephemeral,
}

/// How much a system does at once.
#[derive(Clone, Copy, Debug)]
pub struct Concurrency {
    /// Steps of sagas in flight, as Lambda limits an account's invocations. The oldest saga goes
    /// first.
    pub steps: usize,
    /// Accepted bookings that wait for their first step. When there are so many, a booking waits
    /// for [`Concurrency::patience`] and is then refused.
    pub waiting: usize,
    /// How long a booking waits to be accepted.
    pub patience: Duration,
}

impl Concurrency {
    /// Enough steps to keep a small machine busy while some suppliers are slow, and no more waiting
    /// bookings than it begins within a second or two. More steps end no more sagas a second: they
    /// take memory, and the processor from the consumers of the stream, so that events reach the
    /// bus later.
    pub const USUAL: Self = Self { steps: 48, waiting: 16, patience: Duration::from_secs(1) };
}

/// What a system keeps of what is over. Trips, their events in the table, and the names of
/// executions are not touched by it.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    /// The stream's records, once both consumers have passed them.
    pub stream: Retention,
    /// The histories of so many ended executions, the newest.
    pub histories: u32,
    /// The events in the bus's archive, for so long.
    pub events: Duration,
}

impl Keep {
    /// DynamoDB's day of records and a week of events, but on one machine no more records and
    /// histories than somebody reads.
    pub const USUAL: Self = Self {
        stream: Retention { records: 20_000, ..Retention::DYNAMODB },
        histories: 2_000,
        events: Duration::from_secs(7 * 24 * 60 * 60),
    };
}

/// How fast a system waits. Nothing else differs between paces.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Divides the waits before retries.
    pub retries: u32,
    /// How long a supplier may take to answer.
    pub supplier_timeout: Duration,
    /// How long a slow sandbox supplier takes.
    pub sandbox_slow: Duration,
    /// How old a pending event is before the sweeper publishes it.
    pub sweep_grace: Duration,
    /// The interval of the sweeper.
    pub sweep_every: Duration,
}

impl Pace {
    /// As on AWS.
    pub const REAL: Self = Self {
        retries: 1,
        supplier_timeout: Duration::from_secs(5),
        sandbox_slow: Duration::from_secs(2),
        sweep_grace: Duration::from_secs(15 * 60),
        sweep_every: Duration::from_secs(60),
    };

    /// For a demo and for tests: waits of minutes become seconds, but time limits stay far above
    /// what a loaded machine needs.
    pub const FAST: Self = Self {
        retries: 50,
        supplier_timeout: Duration::from_millis(1_500),
        sandbox_slow: Duration::from_millis(200),
        sweep_grace: Duration::from_secs(60),
        sweep_every: Duration::from_secs(5),
    };
}

impl Options {
    /// A system that forgets everything when it stops, on free ports of this machine.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self {
            listen: Loopback::ANY,
            dynamodb_listen: Loopback::ANY,
            aws_listen: Loopback::ANY,
            data: Data::Ephemeral,
            invoke_address: None,
            dynamodb_endpoint: None,
            access_key: "local".to_owned(),
            tables: Tables::default(),
            pace: Pace::REAL,
            keep: Keep::USUAL,
            concurrency: Concurrency::USUAL,
            gateway: gateway::Settings::default(),
            bus: BusKind::Classic,
            faults: Faults::default(),
            spans: Spans::default(),
            example: console::example,
        }
    }
}
