//! One invocation of a task's function, within the task's time limit.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinError;

use super::driver::Driver;
use crate::definition::Task;
use crate::interpret::Failure;
use crate::invoker::{FunctionError, Invocation};

impl Driver {
    /// The function's answer in the integration's form, or its failure; `None` when the execution
    /// was stopped.
    ///
    /// The invocation is a separate task that nothing cancels: when the time limit passes first, it
    /// continues and its answer is dropped, as on AWS.
    pub(super) async fn invoke(&self, task: &Task, event: Value) -> Option<Result<Value, Failure>> {
        let call = Invocation {
            function: task.function.clone(),
            payload: event,
            trace_header: self.run.trace_header.clone(),
        };
        let invoker = Arc::clone(&self.core.invoker);
        let running = tokio::spawn(async move { invoker.invoke(call).await });
        tokio::select! {
            biased;
            () = self.entry.stop.cancelled() => None,
            answered = running => Some(outcome(answered)),
            () = self.core.timer.deadline(task.timeout) => Some(Err(Failure::timeout())),
        }
    }
}

fn outcome(answered: Result<Result<Value, FunctionError>, JoinError>) -> Result<Value, Failure> {
    let crashed = |error: JoinError| FunctionError::new("Lambda.Unknown", error.to_string());
    let payload = answered.map_err(crashed)??;
    Ok(json!({"ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": 200}))
}
