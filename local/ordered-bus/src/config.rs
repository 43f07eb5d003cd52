//! How an account's ordered buses behave.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use event_delivery::{RetryPolicy, Sender, Url};
use rand::Rng;

/// How long the id at the end of an ARN is.
const ID: usize = 25;

/// How the ordered buses of an account behave. Start from [`Config::new`] and change fields.
#[derive(Clone)]
pub struct Config {
    /// The account in events and ARNs: twelve digits.
    pub account: String,
    /// The region in events and ARNs.
    pub region: String,
    /// The clock for the time at which an event was received, and for waits.
    pub clock: Arc<dyn Clock>,
    /// Where functions are invoked; without it those that are targets have to wait.
    pub invoke_address: Option<Url>,
    /// The file of what could not be delivered; beside the database when absent.
    pub dead_letters: Option<PathBuf>,
    /// How fast an event is sent again. How often, the subscriber says.
    pub retries: RetryPolicy,
    /// How long a target over HTTP may take to answer.
    pub patience: Duration,
}

impl Config {
    /// An account `000000000000` in `us-east-1`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            account: "000000000000".to_owned(),
            region: "us-east-1".to_owned(),
            clock,
            invoke_address: None,
            dead_letters: None,
            retries: RetryPolicy::TARGET,
            patience: Sender::PATIENCE,
        }
    }

    /// The ARN of a new bus or subscriber.
    pub(crate) fn new_arn(&self, kind: &str, name: &str) -> String {
        let mut random = rand::rng();
        let letter =
            |_| char::from(b"abcdefghijklmnopqrstuvwxyz0123456789"[random.random_range(0..36)]);
        let id: String = (0..ID).map(letter).collect();
        format!("arn:aws:events:{}:{}:{kind}/{name}/{id}", self.region, self.account)
    }
}
