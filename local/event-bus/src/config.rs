//! The configuration of a bus: its account and region, its limits, its clock and its faults.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use event_delivery::{RetryPolicy, Sender, Url};

use crate::fault::{Interceptor, NoFaults};

/// The bus that a request means when it names none. Every account has it.
pub const DEFAULT_BUS: &str = "default";

const SEVEN_DAYS: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How one event bus service behaves. Start from [`Config::new`] and change fields.
#[derive(Clone)]
pub struct Config {
    /// The account in events and ARNs: twelve digits.
    pub account: String,
    /// The region in events and ARNs.
    pub region: String,
    /// The names of the buses.
    pub buses: BTreeSet<String>,
    /// What one `PutEvents` call may carry.
    pub limits: Limits,
    /// How long the archive keeps an event. See [`crate::EventBus::prune`].
    pub retention: Duration,
    /// The clock for the time at which an event was received.
    pub clock: Arc<dyn Clock>,
    /// Where the functions are invoked that are targets of rules; without it there can be none.
    pub invoke_address: Option<Url>,
    /// The file of what could not be delivered; beside the database when absent.
    pub dead_letters: Option<PathBuf>,
    /// How often and how fast an event is sent to a target that names no limits of its own.
    pub retries: RetryPolicy,
    /// How long a target over HTTP may take to answer.
    pub patience: Duration,
    /// Makes calls fail on purpose.
    pub interceptor: Arc<dyn Interceptor>,
}

/// What one `PutEvents` call may carry.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most entries.
    pub entries: usize,
    /// The most bytes of all entries together, each counted by [`crate::Entry::size`].
    pub bytes: usize,
}

impl Default for Limits {
    /// EventBridge's own limits: 10 entries and 1 MB, which is 1,048,576 bytes.
    fn default() -> Self {
        Self { entries: 10, bytes: 1024 * 1024 }
    }
}

impl Config {
    /// A service with the buses `default` and `trip-saga`, EventBridge's limits, an archive of
    /// seven days and no faults.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            account: "000000000000".to_owned(),
            region: "us-east-1".to_owned(),
            buses: [DEFAULT_BUS, "trip-saga"].map(str::to_owned).into(),
            limits: Limits::default(),
            retention: SEVEN_DAYS,
            clock,
            invoke_address: None,
            dead_letters: None,
            retries: RetryPolicy::TARGET,
            patience: Sender::PATIENCE,
            interceptor: Arc::new(NoFaults),
        }
    }

    /// The bus meant by a name, an ARN of this account and region, or nothing at all; `None` when
    /// there is no such bus.
    pub(crate) fn bus(&self, name_or_arn: Option<&str>) -> Option<&str> {
        let reference = name_or_arn.unwrap_or(DEFAULT_BUS);
        let name = reference.strip_prefix(&self.arn("event-bus/")).unwrap_or(reference);
        self.buses.get(name).map(String::as_str)
    }

    /// The ARN of the bus `name`.
    pub(crate) fn bus_arn(&self, name: &str) -> String {
        self.arn(&format!("event-bus/{name}"))
    }

    /// The ARN of the rule `name` on `bus`. The ARN of a rule on the default bus leaves the bus
    /// out.
    pub(crate) fn rule_arn(&self, bus: &str, name: &str) -> String {
        match bus {
            DEFAULT_BUS => self.arn(&format!("rule/{name}")),
            _ => self.arn(&format!("rule/{bus}/{name}")),
        }
    }

    /// The ARN of an archive.
    pub(crate) fn archive_arn(&self, name: &str) -> String {
        self.arn(&format!("archive/{name}"))
    }

    /// The ARN of a replay.
    pub(crate) fn replay_arn(&self, name: &str) -> String {
        self.arn(&format!("replay/{name}"))
    }

    /// The archive meant by an ARN of this account and region.
    pub(crate) fn archive_named<'a>(&self, arn: &'a str) -> Option<&'a str> {
        arn.strip_prefix(&self.arn("archive/"))
    }

    /// The rule of a bus meant by an ARN of this account and region.
    pub(crate) fn rule_named<'a>(&self, arn: &'a str, bus: &str) -> Option<&'a str> {
        let rest = arn.strip_prefix(&self.arn("rule/"))?;
        let name =
            if bus == DEFAULT_BUS { rest } else { rest.strip_prefix(bus)?.strip_prefix('/')? };
        (!name.contains('/')).then_some(name)
    }

    fn arn(&self, resource: &str) -> String {
        format!("arn:aws:events:{}:{}:{resource}", self.region, self.account)
    }
}
