//! The runtime settings of the functions: their timeouts and memory, the mappings of the two
//! consumers, and the rate of the API. This runtime reads them here, and the infrastructure code
//! reads the generated `infra/generated/runtime.json`.

use std::num::NonZeroU32;
use std::time::Duration;

use gateway::Rate;
use http::HeaderName;
use lambda_kit::http::cors;
use serde_json::{Value, json};

use crate::function::Function;

/// The longest that a state machine waits for one task: much longer than a step may run, so that no
/// step is retried while it may still act.
pub const TASK_TIMEOUT: Duration = Duration::from_secs(30);

/// The limits of one stage of the API.
pub const API_RATE: Rate = Rate {
    per_second: NonZeroU32::MIN.saturating_add(99),
    burst: NonZeroU32::MIN.saturating_add(199),
};

/// The memory of a function. Lambda gives more memory a larger share of a processor.
const MEMORY_MB: u32 = 256;

const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// One mapping from the write table's stream to a function.
///
/// Both read from the oldest record on. A consumer parks its own poison records, so only an outage
/// fails a batch: the batch is retried without a limit of attempts, and bisected, so that the good
/// records succeed.
#[derive(Clone, Debug, PartialEq)]
pub struct Consumer {
    /// The function behind it.
    pub function: Function,
    /// Lambda's filter pattern: which records the function gets.
    pub filter: Value,
    /// Most records in a batch.
    pub batch_size: usize,
    /// Batches in flight at once per shard. With more, only an item's records keep their order, and
    /// an outage gets more load.
    pub parallelization_factor: usize,
    /// The age at which a record is given up.
    pub max_record_age: Duration,
}

impl Consumer {
    /// Publishes new events to the bus. An event that this one gives up is still pending, and the
    /// sweeper publishes it.
    #[must_use]
    pub fn dispatcher() -> Self {
        // A mark on an event, or its deletion by TTL, is not a new event.
        let keys = json!({"SK": {"S": [{"prefix": "OUTBOX#"}]}});
        let filter = json!({"eventName": ["INSERT"], "dynamodb": {"Keys": keys}});
        Self::of(Function::Dispatcher, filter, 6 * AN_HOUR)
    }

    /// Projects trips into the search view. Nothing else projects the records that this one gives
    /// up, so it retries for as long as the stream keeps its records, less an hour.
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

/// The function that serves the console on AWS; on this machine the runtime serves it itself. It
/// answers before API Gateway stops waiting, which is after 30 seconds. A page takes several calls
/// with TLS, so it has more of a processor than the others.
fn console() -> (String, Value) {
    let settings =
        json!({ "handler": "bootstrap", "timeoutSeconds": 29, "memoryMb": 2 * MEMORY_MB });
    ("console".to_owned(), settings)
}

/// The content of `infra/generated/runtime.json`.
#[must_use]
pub fn describe() -> Value {
    let functions = Function::all().map(Function::describe).chain([console()]);
    let functions: serde_json::Map<_, _> = functions.collect();
    let consumers = [Consumer::dispatcher(), Consumer::projector()];
    let consumers =
        consumers.iter().map(|consumer| (consumer.function.name(), consumer.describe()));
    json!({
        "$comment": "Generated from local::runtime, do not edit: UPDATE_GENERATED=1 cargo test -p local",
        "functions": functions,
        "consumers": consumers.collect::<serde_json::Map<_, _>>(),
        "api": { "requestsPerSecond": API_RATE.per_second, "burst": API_RATE.burst },
        "cors": cors(),
        "taskTimeoutSeconds": TASK_TIMEOUT.as_secs(),
    })
}

/// What pages of named sites may do, as the local gateway answers them.
fn cors() -> Value {
    let names = |headers: &[HeaderName]| Value::from_iter(headers.iter().map(HeaderName::as_str));
    json!({
        "methods": cors::METHODS.map(|method| method.to_string()),
        "sent": names(&cors::ALLOWED),
        "read": names(&cors::EXPOSED),
        "maxAgeSeconds": cors::MAX_AGE.as_secs(),
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
