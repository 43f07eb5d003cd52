//! The real consumers as a mapping sees them, with moods of their own.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bed::invocation;
use event_source_mapping::{Handler, InvokeError};
use lambda_kit::stream::raw;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use store::keys;
use uuid::Uuid;

use super::journal::Journal;

/// A consumer of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Dispatcher,
    Projector,
}

/// How one invocation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Well,
    /// It fails before it has done anything.
    FailsBefore,
    /// It does its work and fails then.
    FailsAfter,
}

/// Decides how an invocation goes, from its records.
pub(super) type Whim = Arc<dyn Fn(&[Value]) -> Mood + Send + Sync>;

/// All goes well.
pub(super) fn well() -> Whim {
    Arc::new(|_| Mood::Well)
}

/// Half of the next invocations fail, at random.
pub(super) fn moody(invocations: usize, mut random: StdRng) -> Whim {
    let mut mood = move || match random.random_range(0..4) {
        0 => Mood::FailsBefore,
        1 => Mood::FailsAfter,
        _ => Mood::Well,
    };
    let moods: Mutex<Vec<_>> = Mutex::new((0..invocations).map(|_| mood()).collect());
    Arc::new(move |_| moods.lock().unwrap().pop().unwrap_or(Mood::Well))
}

/// The function itself.
#[derive(Clone)]
pub(super) enum Function {
    Dispatcher(dispatcher::Deps),
    Projector(projector::Deps),
}

pub(super) struct Consumer {
    pub(super) function: Function,
    pub(super) whim: Whim,
    pub(super) journal: Arc<Journal>,
}

impl Kind {
    pub(super) const BOTH: [Self; 2] = [Self::Dispatcher, Self::Projector];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dispatcher => "dispatcher",
            Self::Projector => "projector",
        }
    }

    /// What its mapping lets through.
    pub(super) fn filter(self) -> Value {
        match self {
            Self::Dispatcher => json!({
                "eventName": ["INSERT"],
                "dynamodb": {"Keys": {"SK": {"S": [{"prefix": keys::OUTBOX_PREFIX}]}}},
            }),
            Self::Projector => json!({"dynamodb": {"Keys": {"SK": {"S": [keys::METADATA]}}}}),
        }
    }

    /// The same, told without a filter.
    pub(super) fn wants(self, record: &Value) -> bool {
        let sort_key = record["dynamodb"]["Keys"]["SK"]["S"].as_str().unwrap();
        match self {
            Self::Dispatcher => {
                record["eventName"] == "INSERT" && sort_key.starts_with(keys::OUTBOX_PREFIX)
            }
            Self::Projector => sort_key == keys::METADATA,
        }
    }
}

impl Function {
    async fn call(&self, event: Value) -> Result<Value, InvokeError> {
        let event = invocation(event);
        let answer = match self {
            Self::Dispatcher(deps) => dispatcher::handle(deps, raw(event)).await,
            Self::Projector(deps) => projector::handle(deps, raw(event)).await,
        };
        answer.map_err(|error| InvokeError::new(error.code.name(), error.message))
    }
}

#[async_trait]
impl Handler for Consumer {
    async fn invoke(&self, _: Uuid, event: Box<RawValue>) -> Result<Value, InvokeError> {
        let event: Value = serde_json::from_str(event.get()).unwrap();
        let records = event["Records"].as_array().unwrap().clone();
        self.journal.begun(&records);
        let mood = (self.whim)(&records);
        if mood == Mood::FailsBefore {
            return Err(InvokeError::new("Moody", "nothing is done"));
        }
        let answer = self.function.call(event).await?;
        if mood == Mood::FailsAfter {
            return Err(InvokeError::new("Moody", "all is done"));
        }
        self.journal.done(&records[..undone(&records, &answer)]);
        Ok(answer)
    }
}

/// The place of the first record that the answer reports, or the end.
fn undone(records: &[Value], answer: &Value) -> usize {
    let reported = bed::reported(answer);
    let is_reported = |record: &Value| {
        let number = record["dynamodb"]["SequenceNumber"].as_str().unwrap();
        reported.iter().any(|reported| reported == number)
    };
    records.iter().position(is_reported).unwrap_or(records.len())
}
