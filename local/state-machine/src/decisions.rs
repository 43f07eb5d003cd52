//! What this interpreter does about every outcome of every task in the product's two machines. It
//! is written down in `saga/decisions.json`, so that other interpreters can be compared with it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::definition::{Definition, Next, Retrier, State, Task};
use crate::interpret::{Failure, Identity, Jitter, Position, Verdict, judge, names};
use crate::machine::Machine;

const MACHINES: [(&str, &str); 2] = [
    ("trip-booking", include_str!("../../../saga/trip-booking.asl.json")),
    ("trip-compensation", include_str!("../../../saga/trip-compensation.asl.json")),
];
/// The functions, each under the substitution for its ARN.
const FUNCTIONS: [(&str, &str); 6] = [
    ("FlightReserveFunctionArn", "flight-reserve"),
    ("FlightCancelFunctionArn", "flight-cancel"),
    ("HotelReserveFunctionArn", "hotel-reserve"),
    ("HotelCancelFunctionArn", "hotel-cancel"),
    ("PaymentProcessFunctionArn", "payment-process"),
    ("PaymentRefundFunctionArn", "payment-refund"),
];
/// Errors that no list of the machines has: one of a function's own, and reserved ones.
const UNLISTED: [&str; 9] = [
    "NamedNowhere",
    names::TASK_FAILED,
    names::RUNTIME,
    names::DATA_LIMIT_EXCEEDED,
    names::INTRINSIC_FAILURE,
    names::RESULT_PATH_MATCH_FAILURE,
    "States.HeartbeatTimeout",
    "States.ParameterPathFailure",
    "States.Permissions",
];
/// Stands for the error's name where a group of errors has one output.
const ERROR: &str = "$ERROR";
const CAUSE: &str = "as mocked";
/// How many delays are drawn before each retry.
const DRAWS: usize = 100;

/// A task, and what its visit begins with.
struct Visit<'a> {
    task: &'a Task,
    position: Position,
    context: Value,
    jitter: Jitter,
}

impl Visit<'_> {
    fn judge(&self, position: &Position, outcome: Result<Value, Failure>) -> Verdict {
        judge(self.task, position, &self.context, outcome, &self.jitter)
    }

    fn describe(&self, listed: &BTreeSet<String>) -> Value {
        let Verdict::Leave { next, output } = self.judge(&self.position, Ok(result())) else {
            panic!("{} does not take its result", self.position.state);
        };
        json!({
            "function": self.task.function,
            "event": self.task.event(&self.position.input, &self.context).unwrap(),
            "output": output,
            "next": successor(&next),
            "failures": self.failures(listed),
        })
    }

    /// The errors with one answer are one entry, in the order of their names.
    fn failures(&self, listed: &BTreeSet<String>) -> Vec<Value> {
        let mut groups: Vec<(Value, Vec<&str>)> = vec![];
        for error in listed.iter().map(String::as_str) {
            let answer = self.answer(error);
            match groups.iter_mut().find(|(known, _)| *known == answer) {
                Some((_, errors)) => errors.push(error),
                None => groups.push((answer, vec![error])),
            }
        }
        groups.into_iter().map(|(answer, errors)| grouped(answer, &errors)).collect()
    }

    /// What follows when every attempt ends with this error.
    fn answer(&self, error: &str) -> Value {
        let failure = Failure::new(error, CAUSE);
        let (mut position, mut retrier, mut waits) = (self.position.clone(), None, vec![]);
        loop {
            match self.judge(&position, Err(failure.clone())) {
                Verdict::Retry { retrier: index, .. } => {
                    let longest = self.longest_wait(&position, index, &failure);
                    waits.push(longest.as_secs_f64());
                    retrier = Some(index);
                    position = position.retry(index, longest, Timestamp::UNIX_EPOCH);
                }
                last => {
                    return json!({
                        "retrier": retrier,
                        "longest_waits": waits,
                        "full_jitter": retrier.map(|index| self.task.retry[index].full_jitter),
                        "then": self.then(last, &failure),
                    });
                }
            }
        }
    }

    /// The retrier's delay without its jitter, once enough delays with it have been within.
    fn longest_wait(&self, position: &Position, index: usize, failure: &Failure) -> Duration {
        let retrier = Retrier { full_jitter: false, ..self.task.retry[index].clone() };
        let longest = retrier.delay(position.retried_by(index), &self.jitter);
        for _ in 0..DRAWS {
            let drawn = self.judge(position, Err(failure.clone()));
            let within = matches!(drawn, Verdict::Retry { retrier, delay } if retrier == index && delay <= longest);
            assert!(within, "{drawn:?} after {position:?}, not within {longest:?}");
        }
        longest
    }

    fn then(&self, verdict: Verdict, failure: &Failure) -> Value {
        match verdict {
            Verdict::Leave { next, output } => {
                let catchers = self.task.catch.iter();
                let catcher = catchers.clone().position(|one| failure.is_any_of(&one.errors));
                let output = output.to_string().replace(&failure.error, ERROR);
                let output: Value = serde_json::from_str(&output).unwrap();
                json!({"catcher": catcher, "next": successor(&next), "output": output})
            }
            Verdict::Fail(failed) if failed == *failure => Value::Null,
            other => panic!("{other:?} after {failure:?}"),
        }
    }
}

fn grouped(mut answer: Value, errors: &[&str]) -> Value {
    answer["errors"] = json!(errors);
    answer
}

fn successor(next: &Next) -> Value {
    match next {
        Next::State(name) => json!(name),
        Next::End => Value::Null,
    }
}

/// An answer of `lambda:invoke`.
fn result() -> Value {
    json!({
        "ExecutedVersion": "7",
        "Payload": {"member_id": "m-1", "member_status": "RESERVED", "trip_status": "PENDING", "left": "out"},
        "StatusCode": 200,
    })
}

/// What stands in every state's input: an earlier result and an earlier error among it.
fn input() -> Value {
    json!({
        "customer_id": "customer-1",
        "error_info": {"Error": "Earlier", "Cause": "replaced by a later error"},
        "reason": "CUSTOMER_REQUEST",
        "results": {"earlier": {"member_id": "m-0"}},
        "saga_id": "trip-0001@2026-03-01T00:00:00.000Z",
        "trip_id": "trip-0001",
    })
}

fn load(name: &str, json: &str) -> Machine {
    let function = |(key, name): (&str, &str)| (key.to_owned(), name.to_owned());
    let functions: BTreeMap<_, _> = FUNCTIONS.map(function).into();
    Machine {
        name: name.to_owned(),
        arn: format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}"),
        definition: Definition::load(json, &functions).unwrap(),
    }
}

fn describe_machine(machine: &Machine, listed: &BTreeSet<String>) -> Value {
    let started = Timestamp::from_second(1_772_323_200).unwrap();
    let identity = Identity {
        arn: machine.execution_arn("trip-0001"),
        name: "trip-0001".to_owned(),
        machine_arn: machine.arn.clone(),
        machine_name: machine.name.clone(),
        input: input(),
        started,
        redrives: 0,
    };
    let tasks = machine.definition.states.iter().filter_map(|(name, state)| match state {
        State::Task(task) => Some((name, task)),
        State::Succeed | State::Fail(_) => None,
    });
    let states: serde_json::Map<_, _> = tasks
        .map(|(name, task)| {
            let position = Position::enter(name, input(), started);
            let context = identity.context(&position);
            let visit = Visit { task, position, context, jitter: Jitter::new(Some(1)) };
            (name.clone(), visit.describe(listed))
        })
        .collect();
    let start_at = machine.definition.start_at();
    let context = identity.context(&Position::enter(start_at, input(), started));
    json!({"start_at": start_at, "context": context, "states": states})
}

fn describe() -> Value {
    let machines = MACHINES.map(|(name, json)| load(name, json));
    let listed = machines.iter().flat_map(|machine| machine.definition.error_names());
    let listed: BTreeSet<_> = listed.chain(UNLISTED).map(str::to_owned).collect();
    let described = machines.iter().map(|one| (one.name.clone(), describe_machine(one, &listed)));
    json!({
        "$comment": "Generated from local/state-machine, do not edit: UPDATE_GENERATED=1 cargo test -p state-machine. \
            A wait is at most so many seconds, or exactly so many without full jitter; after the last one comes `then`, and null is the execution's failure.",
        "input": input(),
        "result": result(),
        "cause": CAUSE,
        "machines": described.collect::<serde_json::Map<_, _>>(),
    })
}

#[test]
fn the_decisions_are_up_to_date() {
    testing::assert_generated("saga/decisions.json", &describe(), "cargo test -p state-machine");
}
