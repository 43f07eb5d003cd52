//! The two state machines, read from the files that are deployed: the model retries, catches and
//! compensates as they say.

use std::sync::LazyLock;

use domain::ErrorCode;
use saga::Operation;
use serde_json::{Map, Value};

/// What Step Functions reports of a task whose outcome it does not know.
const TIMED_OUT: &str = "States.Timeout";

/// A state machine, its states by number.
pub(super) struct Machine {
    states: Vec<State>,
    start: usize,
}

/// One state.
enum State {
    Task(Task),
    Succeed,
    Fail,
}

/// A state that invokes a function.
struct Task {
    operation: Operation,
    next: usize,
    retried: Vec<String>,
    /// How often an answered error is retried.
    attempts: u8,
    catchers: Vec<(Vec<String>, usize)>,
}

/// What an execution does after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    Retry,
    Catch(usize),
    /// The execution fails at this task.
    Uncaught,
}

/// `trip-booking.asl.json`.
pub(super) static BOOKING: LazyLock<Machine> =
    LazyLock::new(|| Machine::read(include_str!("../../../saga/trip-booking.asl.json")));

/// `trip-compensation.asl.json`.
pub(super) static COMPENSATION: LazyLock<Machine> =
    LazyLock::new(|| Machine::read(include_str!("../../../saga/trip-compensation.asl.json")));

impl Machine {
    fn read(text: &str) -> Self {
        let document: Value = serde_json::from_str(text).unwrap();
        let states = document["States"].as_object().unwrap();
        let number = |name: &Value| number(states, name);
        let start = number(&document["StartAt"]);
        Self { states: states.values().map(|state| State::read(state, number)).collect(), start }
    }

    /// The state that an execution begins in.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// The state that runs an operation.
    pub(super) fn running(&self, operation: Operation) -> usize {
        let runs =
            |state: &State| matches!(state, State::Task(task) if task.operation == operation);
        self.states.iter().position(runs).unwrap()
    }

    /// What a state invokes; nothing where it ends the execution, and then whether in success.
    pub(super) fn operation(&self, state: usize) -> Result<Operation, bool> {
        match &self.states[state] {
            State::Task(task) => Ok(task.operation),
            State::Succeed => Err(true),
            State::Fail => Err(false),
        }
    }

    /// Where success leads.
    pub(super) fn next(&self, state: usize) -> usize {
        self.task(state).next
    }

    /// What follows an error that a function answered, after so many that were retried.
    pub(super) fn after(&self, state: usize, code: ErrorCode, retried: u8) -> After {
        let task = self.task(state);
        let retries = task.retried.iter().any(|name| name == code.name());
        match task.caught(code.name()) {
            _ if retries && retried < task.attempts => After::Retry,
            Some(next) => After::Catch(next),
            None => After::Uncaught,
        }
    }

    /// Whether an unknown outcome is retried.
    pub(super) fn retries_unknown(&self, state: usize) -> bool {
        self.task(state).retried.iter().any(|name| name == TIMED_OUT)
    }

    /// Where an unknown outcome leads when its retries are used up.
    pub(super) fn catches_unknown(&self, state: usize) -> Option<usize> {
        self.task(state).caught(TIMED_OUT)
    }

    fn task(&self, state: usize) -> &Task {
        match &self.states[state] {
            State::Task(task) => task,
            State::Succeed | State::Fail => panic!("state {state} invokes nothing"),
        }
    }
}

impl State {
    fn read(state: &Value, number: impl Fn(&Value) -> usize) -> Self {
        match state["Type"].as_str().unwrap() {
            "Task" => Self::Task(Task::read(state, number)),
            "Succeed" => Self::Succeed,
            "Fail" => Self::Fail,
            other => panic!("the model knows no {other} state"),
        }
    }
}

impl Task {
    fn read(state: &Value, number: impl Fn(&Value) -> usize) -> Self {
        // Lambda refuses no invocation here, so only the retrier of unknown outcomes is of use.
        let retriers = state["Retry"].as_array().unwrap();
        let is_of_use = |retrier: &&Value| errors(retrier).iter().any(|name| name == TIMED_OUT);
        let retrier = retriers.iter().find(is_of_use).unwrap();
        let catchers = state["Catch"].as_array().into_iter().flatten();
        Self {
            operation: operation(&state["Parameters"]["FunctionName"]),
            next: number(&state["Next"]),
            retried: errors(retrier),
            attempts: u8::try_from(retrier["MaxAttempts"].as_u64().unwrap()).unwrap(),
            catchers: catchers.map(|catcher| (errors(catcher), number(&catcher["Next"]))).collect(),
        }
    }

    fn caught(&self, error: &str) -> Option<usize> {
        let catches =
            |names: &[String]| names.iter().any(|name| name == error || name == "States.ALL");
        self.catchers.iter().find(|(names, _)| catches(names)).map(|(_, next)| *next)
    }
}

fn number(states: &Map<String, Value>, name: &Value) -> usize {
    states.keys().position(|key| name == key).unwrap()
}

fn errors(policy: &Value) -> Vec<String> {
    let names = policy["ErrorEquals"].as_array().unwrap();
    names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// The operation behind `${FlightReserveFunctionArn}`.
fn operation(function: &Value) -> Operation {
    let named = |operation: &Operation| function == &format!("${{{operation:?}FunctionArn}}");
    Operation::ALL.into_iter().find(named).unwrap()
}
