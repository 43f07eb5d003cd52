//! What runs the functions, wherever they run: their time and memory, the mappings of the two
//! consumers, and the rate of the API. This runtime reads it here, and the infrastructure code in
//! the generated `infra/generated/runtime.json`.

use std::num::NonZeroU32;
use std::time::Duration;

use gateway::Rate;
use serde_json::{Value, json};

use crate::function::Function;

/// The longest that a state machine waits for one task: by far longer than a step may run, so that
/// none is tried again while it may still act.
pub const TASK_TIMEOUT: Duration = Duration::from_secs(30);

/// What one stage of the API takes.
pub const API_RATE: Rate = Rate {
    per_second: NonZeroU32::MIN.saturating_add(99),
    burst: NonZeroU32::MIN.saturating_add(199),
};

/// The memory of every function. Lambda's share of a processor grows with it.
const MEMORY_MB: u32 = 256;

const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// One mapping from the write table's stream to a function.
///
/// Both read from the oldest record on. A consumer parks its own poison records, so that only an
/// outage fails a batch: it is tried again without a limit of attempts, and bisected, so that what
/// can pass does.
#[derive(Clone, Debug, PartialEq)]
pub struct Consumer {
    /// The function behind it.
    pub function: Function,
    /// Lambda's filter pattern: which records the function gets.
    pub filter: Value,
    /// Most records in a batch.
    pub batch_size: usize,
    /// Batches under way at once in a shard. More keep the order of an item only, and would add
    /// load to an outage.
    pub parallelization_factor: usize,
    /// The age at which a record is given up.
    pub max_record_age: Duration,
}

impl Consumer {
    /// New events to the bus. What this one gives up is still pending, and the sweeper publishes
    /// it.
    #[must_use]
    pub fn dispatcher() -> Self {
        // Marking an event, or its deletion by TTL, is not news.
        let keys = json!({"SK": {"S": [{"prefix": "OUTBOX#"}]}});
        let filter = json!({"eventName": ["INSERT"], "dynamodb": {"Keys": keys}});
        Self::of(Function::Dispatcher, filter, 6 * AN_HOUR)
    }

    /// Trips to the search view. Nobody else projects what this one gives up, so it waits for as
    /// long as the stream keeps its records, less an hour.
    #[must_use]
    pub fn projector() -> Self {
        let filter = json!({"dynamodb": {"Keys": {"SK": {"S": ["METADATA"]}}}});
        Self::of(Function::Projector, filter, 23 * AN_HOUR)
    }

    fn of(function: Function, filter: Value, max_record_age: Duration) -> Self {
        Self { function, filter, batch_size: 100, parallelization_factor: 1, max_record_age }
    }

    fn describe(&self) -> Value {
        json!({
            "filter": self.filter,
            "batchSize": self.batch_size,
            "parallelizationFactor": self.parallelization_factor,
            "maxRecordAgeSeconds": self.max_record_age.as_secs(),
        })
    }
}

impl Function {
    /// How long one invocation may take.
    #[must_use]
    pub fn timeout(self) -> Duration {
        Duration::from_secs(match self {
            Self::Saga(_) => 15,
            Self::QueryApi => 10,
            Self::Dispatcher | Self::OutboxSweeper | Self::Projector => 55,
        })
    }

    /// Lambda's handler setting. The saga's binary selects its operation by it.
    fn handler_name(self) -> &'static str {
        match self {
            Self::Saga(operation) => operation.handler_name(),
            _ => "bootstrap",
        }
    }

    fn describe(self) -> (String, Value) {
        let settings = json!({
            "handler": self.handler_name(),
            "timeoutSeconds": self.timeout().as_secs(),
            "memoryMb": MEMORY_MB,
        });
        (self.name(), settings)
    }
}

/// What `infra/generated/runtime.json` holds.
#[must_use]
pub fn describe() -> Value {
    let functions: serde_json::Map<_, _> = Function::all().map(Function::describe).collect();
    let consumers = [Consumer::dispatcher(), Consumer::projector()];
    let consumers =
        consumers.iter().map(|consumer| (consumer.function.name(), consumer.describe()));
    json!({
        "$comment": "Generated from local::runtime, do not edit: UPDATE_GENERATED=1 cargo test -p local",
        "functions": functions,
        "consumers": consumers.collect::<serde_json::Map<_, _>>(),
        "api": { "requestsPerSecond": API_RATE.per_second, "burst": API_RATE.burst },
        "taskTimeoutSeconds": TASK_TIMEOUT.as_secs(),
    })
}

#[cfg(test)]
mod tests {
    use testing::assert_generated;

    use super::*;

    #[test]
    fn the_generated_description_is_up_to_date() {
        assert_generated("infra/generated/runtime.json", &describe(), "cargo test -p local");
    }

    #[test]
    fn the_stage_takes_100_requests_a_second_and_200_at_once() {
        assert_eq!((API_RATE.per_second.get(), API_RATE.burst.get()), (100, 200));
    }

    #[test]
    fn an_outage_is_waited_out_for_hours() {
        for (consumer, hours) in [(Consumer::dispatcher(), 6), (Consumer::projector(), 23)] {
            assert_eq!(consumer.max_record_age, hours * AN_HOUR);
        }
    }
}
