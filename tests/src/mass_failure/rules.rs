//! What the state machines do about each outcome, by the numbers of their states.

use std::collections::BTreeMap;

use local::Function;
use serde_json::Value;

const DECISIONS: &str = include_str!("../../../saga/decisions.json");

/// The answer of Lambda when too many functions are running.
pub(super) const THROTTLED: &str = "Lambda.TooManyRequestsException";

/// A state machine.
#[derive(Clone)]
pub(super) struct Rules {
    pub(super) start: String,
    states: BTreeMap<String, Task>,
}

/// A state that invokes a function.
#[derive(Clone)]
pub(super) struct Task {
    pub(super) function: Function,
    pub(super) next: String,
    failures: BTreeMap<String, Handling>,
}

/// What follows an error.
#[derive(Clone)]
pub(super) struct Handling {
    /// The number of the retrier.
    pub(super) retrier: usize,
    /// The longest wait before each retry, in milliseconds; the jitter is full.
    pub(super) waits: Vec<u64>,
    /// The state after the last retry; without one, the execution gives up.
    pub(super) then: Option<String>,
}

impl Rules {
    pub(super) fn of(machine: &str) -> Self {
        let decisions: Value = serde_json::from_str(DECISIONS).unwrap();
        let machine = &decisions["machines"][machine];
        let states = machine["states"].as_object().unwrap().iter();
        Self {
            start: text(&machine["start_at"]),
            states: states.map(|(name, state)| (name.clone(), Task::read(state))).collect(),
        }
    }

    /// The task of this name; `None` if the execution ends there.
    pub(super) fn task(&self, state: &str) -> Option<&Task> {
        self.states.get(state)
    }

    /// The same machine, if it had no patience of its own with Lambda's refusals.
    pub(super) fn without_patience(mut self) -> Self {
        for task in self.states.values_mut() {
            let other = task.failures["StoreThrottled"].clone();
            task.failures.insert(THROTTLED.to_owned(), other);
        }
        self
    }
}

impl Task {
    fn read(state: &Value) -> Self {
        let mut failures = BTreeMap::new();
        for group in state["failures"].as_array().unwrap() {
            for error in group["errors"].as_array().unwrap() {
                failures.insert(text(error), Handling::read(group));
            }
        }
        Self {
            function: Function::named(&text(&state["function"])).unwrap(),
            next: text(&state["next"]),
            failures,
        }
    }

    pub(super) fn handling(&self, error: &str) -> &Handling {
        &self.failures[error]
    }

    /// Whether the function undoes something.
    pub(super) fn compensates(&self) -> bool {
        ["-cancel", "-refund"].iter().any(|suffix| self.function.name().ends_with(suffix))
    }

    pub(super) fn calls_the_airline(&self) -> bool {
        self.function.name().starts_with("flight-")
    }
}

impl Handling {
    fn read(group: &Value) -> Self {
        let waits = group["longest_waits"].as_array().unwrap().iter();
        let retrier =
            group["retrier"].as_u64().map_or(usize::MAX, |index| index.try_into().unwrap());
        assert!(waits.len() == 0 || group["full_jitter"] == true, "{group}");
        Self {
            retrier,
            waits: waits.map(|seconds| millis(seconds.as_f64().unwrap())).collect(),
            then: group["then"]["next"].as_str().map(str::to_owned),
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a minute at most")]
pub(super) fn millis(seconds: f64) -> u64 {
    (seconds * 1_000.0) as u64
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
