//! The product's two state machines, loaded from the files that are deployed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::Value;
use state_machine::{
    Definition, Description, FastTimer, FunctionError, Invocation, Invoker, Journal, Machine,
    Runner,
};
use tokio::sync::mpsc::UnboundedSender;

use crate::account::{BOOKING_MACHINE, COMPENSATION_MACHINE, function_arn, machine_arn};
use crate::function::Function;
use crate::functions::Functions;
use crate::options::Options;

const BOOKING: &str = include_str!("../../saga/trip-booking.asl.json");
const COMPENSATION: &str = include_str!("../../saga/trip-compensation.asl.json");

/// Opens the runner on its journal; executions that were in flight continue. How executions stand
/// is told in `news`.
///
/// # Errors
/// When a definition is refused, or the journal cannot be opened.
pub async fn open(
    journal: &Path,
    functions: Arc<Functions>,
    options: &Options,
    news: UnboundedSender<Description>,
) -> anyhow::Result<Runner> {
    let machines =
        vec![machine(BOOKING_MACHINE, BOOKING)?, machine(COMPENSATION_MACHINE, COMPENSATION)?];
    let journal = Journal::open(journal).context("cannot open the executions' journal")?;
    let timer = Arc::new(FastTimer::new(options.pace.retries));
    let options = state_machine::Options {
        concurrent_steps: options.concurrency.steps,
        places: options.concurrency.waiting,
        histories: options.keep.histories,
        news: Some(news),
        ..state_machine::Options::default()
    };
    let runner = Runner::open(journal, machines, Arc::new(Tasks(functions)), timer, options);
    runner.await.context("cannot resume the executions")
}

/// A machine by its name, with every function's ARN filled in.
///
/// # Errors
/// When the definition uses something that the runner does not support.
pub fn machine(name: &str, definition: &str) -> anyhow::Result<Machine> {
    let definition = Definition::load(definition, &substitutions())
        .with_context(|| format!("the state machine {name} is refused"))?;
    Ok(Machine { name: name.to_owned(), arn: machine_arn(name), definition })
}

/// The substitutions, such as `${FlightReserveFunctionArn}`.
fn substitutions() -> BTreeMap<String, String> {
    let substitution = |function: Function| {
        let name = function.name();
        (format!("{}FunctionArn", pascal_case(&name)), function_arn(&name))
    };
    Function::all().map(substitution).collect()
}

fn pascal_case(name: &str) -> String {
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    name.split('-').map(capital).collect()
}

/// Calls the functions for the runner's tasks.
struct Tasks(Arc<Functions>);

impl Invoker for Tasks {
    fn invoke(&self, invocation: Invocation) -> BoxFuture<'static, Result<Value, FunctionError>> {
        let functions = Arc::clone(&self.0);
        async move {
            let Invocation { function, payload, trace_header } = invocation;
            let Some(function) = Function::named(&function) else {
                let message = format!("there is no function {function}");
                return Err(FunctionError::new("Lambda.ResourceNotFoundException", message));
            };
            let answer = functions.invoke(function, payload, trace_header).await;
            answer.map_err(|error| FunctionError::new(error.error_type, error.message))
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::ErrorCode;

    use super::*;
    use crate::runtime::TASK_TIMEOUT;

    /// The tasks of both machines.
    fn tasks() -> Vec<Value> {
        let tasks = [BOOKING, COMPENSATION].into_iter().flat_map(|json| {
            let machine: Value = serde_json::from_str(json).unwrap();
            machine["States"].as_object().unwrap().values().cloned().collect::<Vec<_>>()
        });
        tasks.filter(|state| state["Type"] == "Task").collect()
    }

    #[test]
    fn a_task_is_tried_again_for_every_transient_code_and_for_no_other() {
        let transient: BTreeSet<_> =
            ErrorCode::ALL.iter().copied().filter(|code| code.is_transient()).collect();
        for task in tasks() {
            let names = task["Retry"].as_array().unwrap().iter().flat_map(|retrier| {
                let names = retrier["ErrorEquals"].as_array().unwrap();
                names.iter().map(|name| name.as_str().unwrap().parse::<ErrorCode>())
            });
            assert_eq!(names.flatten().collect::<BTreeSet<_>>(), transient, "{task}");
        }
    }

    #[test]
    fn a_task_waits_for_as_long_as_the_runtime_says() {
        for task in tasks() {
            assert_eq!(task["TimeoutSeconds"], TASK_TIMEOUT.as_secs(), "{task}");
        }
    }

    const SERVICE_PREFIXES: [&str; 4] = ["States.", "Lambda.", "Sandbox.", "Runtime."];

    #[test]
    fn every_error_that_a_machine_matches_is_one_that_can_occur() {
        for machine in [BOOKING, COMPENSATION].map(|json| machine("m", json).unwrap()) {
            for name in machine.definition.error_names() {
                let ours = name.parse::<ErrorCode>().is_ok();
                let service = SERVICE_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
                assert!(ours || service, "{name} is not an error code");
            }
        }
    }

    #[test]
    fn every_substitution_names_a_function() {
        for machine in [BOOKING, COMPENSATION].map(|json| machine("m", json).unwrap()) {
            for name in machine.definition.function_names() {
                assert!(Function::named(name).is_some(), "{name} is not a function");
            }
        }
    }
}
