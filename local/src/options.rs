//! The options of a local system.

use std::path::PathBuf;
use std::time::Duration;

use lambda_kit::spans::Spans;
use store::Tables;

use crate::faults::Faults;
use crate::loopback::Loopback;

/// How to start a system. [`Options::ephemeral`] gives the usual one for tests.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the API listens. Port 0 takes any free one, here and below.
    pub listen: Loopback,
    /// Where the embedded engine listens.
    pub dynamodb_listen: Loopback,
    /// Where EventBridge and Step Functions listen.
    pub aws_listen: Loopback,
    /// Where the files are kept.
    pub data: Data,
    /// Another DynamoDB to use in place of the embedded engine.
    pub dynamodb_endpoint: Option<String>,
    /// The access key of the functions. DynamoDB Local keeps the tables of each access key apart.
    pub access_key: String,
    /// The tables' names.
    pub tables: Tables,
    /// The pace of the system's waits.
    pub pace: Pace,
    /// How the gateway protects itself.
    pub gateway: gateway::Settings,
    /// The faults to inject.
    pub faults: Faults,
    /// Where the functions' spans go.
    pub spans: Spans,
}

/// Where a system keeps its files.
#[derive(Clone, Debug)]
pub enum Data {
    /// In this directory, which is created if it is missing. It outlives the process.
    Dir(PathBuf),
    /// In a temporary directory, which is removed with the process.
    Ephemeral,
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
            dynamodb_endpoint: None,
            access_key: "local".to_owned(),
            tables: Tables::default(),
            pace: Pace::REAL,
            gateway: gateway::Settings::default(),
            faults: Faults::default(),
            spans: Spans::default(),
        }
    }
}
