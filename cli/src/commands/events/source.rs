//! Which events of the bus a command reads, and where it begins.

use std::fmt;

use domain::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::client::Endpoint;
use crate::commands::since::Since;

/// Where to read, and from where on.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// Only events that match this EventBridge pattern
    #[arg(long, value_name = "JSON", value_parser = json)]
    pattern: Option<String>,
    /// Begin in the archive: at a time, or so long ago (10m, 1h30m)
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,
    /// Begin in the archive: with the first kept event behind this position
    #[arg(long, value_name = "POSITION", conflicts_with = "since")]
    #[arg(value_parser = clap::value_parser!(i64).range(0..))]
    after: Option<i64>,
    /// Where the AWS services of the running system are
    #[arg(
        long,
        value_name = "URL",
        env = "TRIP_AWS_ENDPOINT",
        default_value = "http://127.0.0.1:8081"
    )]
    pub(super) aws_endpoint: Endpoint,
}

/// The place in the archive where a command begins, as an option of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Beginning {
    /// With the first event received at this time or later.
    Since(Timestamp),
    /// With the first event behind this position.
    After(i64),
}

/// The bus checks the meaning of the pattern.
fn json(text: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str::<Value>(text).map(|_| text.to_owned())
}

impl Source {
    /// Where the person asked to begin.
    pub(super) fn beginning(&self) -> Option<Beginning> {
        let since = self.since.map(|Since(time)| Beginning::Since(time));
        self.after.map(Beginning::After).or(since)
    }

    /// The parameters of the archive's route. Without a beginning it begins at its start.
    pub(super) fn parameters(
        &self,
        beginning: Option<Beginning>,
    ) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let pattern = self.pattern.clone().map(|pattern| ("pattern", pattern));
        beginning.map(Beginning::parameter).into_iter().chain(pattern)
    }
}

impl Beginning {
    fn parameter(self) -> (&'static str, String) {
        match self {
            Self::Since(time) => ("since", time.to_string()),
            Self::After(position) => ("after", position.to_string()),
        }
    }
}

impl fmt::Display for Beginning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, value) = self.parameter();
        write!(f, "--{name} {value}")
    }
}
