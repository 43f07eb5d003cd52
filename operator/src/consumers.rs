//! The consumers of the stream: their mappings and their functions, through Lambda.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::EventSourceMappingConfiguration;
use serde::Serialize;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::place::Place;
use super::task::Task;

/// How long a mapping may take to be paused or resumed.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long to wait between two looks at it.
const PAUSE: Duration = Duration::from_millis(200);

/// A consumer of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Consumer {
    /// Publishes events to the bus.
    Dispatcher,
    /// Keeps the search view.
    Projector,
}

impl Consumer {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Dispatcher, Self::Projector];

    /// Its name, as commands take it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dispatcher => "dispatcher",
            Self::Projector => "projector",
        }
    }
}

/// The text does not name a consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be dispatcher or projector")]
pub struct ConsumerFormat;

impl FromStr for Consumer {
    type Err = ConsumerFormat;

    fn from_str(text: &str) -> Result<Self, ConsumerFormat> {
        Self::ALL.into_iter().find(|consumer| consumer.name() == text).ok_or(ConsumerFormat)
    }
}

impl fmt::Display for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The mapping from the stream to a consumer.
#[derive(Clone, Debug)]
pub struct Mapping {
    id: String,
    /// The ARN of the function.
    pub function: String,
    /// The ARN of the stream.
    pub stream: String,
    /// Lambda's word: `Enabled`, `Disabled`, `Enabling`, …
    pub state: String,
    /// Lambda's word about the last batch: `OK`, or what is wrong.
    pub last_result: String,
    /// Where it sends what it gives up.
    pub on_failure: Option<String>,
    /// The patterns of the records that the function gets.
    pub filters: Vec<Value>,
}

impl Mapping {
    fn of(found: EventSourceMappingConfiguration) -> Option<Self> {
        let on_failure = found.destination_config.and_then(|config| config.on_failure);
        let filters = found.filter_criteria.and_then(|criteria| criteria.filters);
        let pattern = |filter: aws_sdk_lambda::types::Filter| {
            serde_json::from_str(filter.pattern.as_deref()?).ok()
        };
        Some(Self {
            id: found.uuid?,
            function: found.function_arn?,
            stream: found.event_source_arn.unwrap_or_default(),
            state: found.state.unwrap_or_default(),
            last_result: found.last_processing_result.unwrap_or_default(),
            on_failure: on_failure.and_then(|destination| destination.destination),
            filters: filters.unwrap_or_default().into_iter().filter_map(pattern).collect(),
        })
    }

    #[cfg(test)]
    pub(crate) fn in_state(state: &str) -> Self {
        let (id, state) = (String::new(), state.to_owned());
        let (function, stream, last_result) = (id.clone(), id.clone(), "OK".to_owned());
        Self { id, function, stream, state, last_result, on_failure: None, filters: Vec::new() }
    }

    /// Whether it reads the stream.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.state == "Enabled"
    }

    /// Whether somebody has paused it.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.state == "Disabled"
    }
}

/// The consumers of an installation.
#[derive(Clone, Debug)]
pub struct Consumers {
    client: Client,
    place: Place,
}

impl Consumers {
    pub(crate) fn at(place: &Place) -> Self {
        Self { client: Client::new(place.services()), place: place.clone() }
    }

    /// The mapping of a consumer.
    ///
    /// # Errors
    /// When the service cannot be called, or the consumer has no mapping.
    pub fn mapping(&self, consumer: Consumer) -> Task<'_, Mapping> {
        Box::pin(async move {
            let names = self.place.names();
            let function = match consumer {
                Consumer::Dispatcher => &names.dispatcher,
                Consumer::Projector => &names.projector,
            };
            let listed =
                self.client.list_event_source_mappings().function_name(function).send().await;
            let listed = listed.map_err(|error| self.place.failed("list the mappings", &error))?;
            let mut mappings = listed
                .event_source_mappings
                .unwrap_or_default()
                .into_iter()
                .filter_map(Mapping::of);
            mappings.next().with_context(|| format!("no mapping invokes the {consumer}"))
        })
    }

    /// Pauses or resumes a consumer, and waits until that is done.
    ///
    /// # Errors
    /// When the service cannot be called, or it takes too long.
    pub(crate) async fn enable(&self, consumer: Consumer, enabled: bool) -> anyhow::Result<()> {
        let mapping = self.mapping(consumer).await?;
        let call = self.client.update_event_source_mapping().uuid(&mapping.id).enabled(enabled);
        call.send().await.map_err(|error| self.place.failed("change the mapping", &error))?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let now = self.mapping(consumer).await?;
            if now.is_enabled() == enabled && now.is_paused() != enabled {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("the {consumer} is still {}, after {} s", now.state, PATIENCE.as_secs());
            }
            sleep(PAUSE).await;
        }
    }

    /// Invokes a function and waits for its answer.
    ///
    /// # Errors
    /// When the service cannot be called, or the function answers with an error.
    async fn invoke(&self, function: &str, payload: Vec<u8>) -> anyhow::Result<Value> {
        let call = self.client.invoke().function_name(function).payload(Blob::new(payload));
        let answer = call.send().await;
        let answer = answer.map_err(|error| self.place.failed("invoke the function", &error))?;
        let payload = answer.payload.map(Blob::into_inner).unwrap_or_default();
        let payload: Value = serde_json::from_slice(&payload).unwrap_or_default();
        if let Some(kind) = answer.function_error {
            let told = |member: &str| payload.get(member).and_then(Value::as_str).unwrap_or("");
            bail!("the function failed ({kind}): {}: {}", told("errorType"), told("errorMessage"));
        }
        Ok(payload)
    }

    /// Hands a batch of stream records to a function, which must process all of them.
    ///
    /// # Errors
    /// As [`Consumers::invoke`]; or when it reports records that it has not processed.
    pub(crate) async fn hand_over(&self, function: &str, batch: Vec<u8>) -> anyhow::Result<()> {
        let answer = self.invoke(function, batch).await?;
        let failures = answer.get("batchItemFailures").and_then(Value::as_array);
        match failures.map_or(0, Vec::len) {
            0 => Ok(()),
            _ => bail!("the function did not process the whole batch; its log says why"),
        }
    }
}
