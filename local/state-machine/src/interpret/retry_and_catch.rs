//! What follows from a task's outcome, in the language's order: the result paths, then Retry, then
//! Catch.

use std::time::Duration;

use serde_json::Value;

use super::{Failure, Jitter, Position, check_limit};
use crate::data::{Path, Scope};
use crate::definition::{Next, Retrier, Task};

/// What to do after an attempt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// Leave the state with this output.
    Leave { next: Next, output: Value },
    /// Retry the state, as the retrier at `retrier` says.
    Retry { retrier: usize, delay: Duration },
    /// Nothing handles the failure: the execution fails in this state.
    Fail(Failure),
}

/// Decides on the outcome of one attempt at `task`, where `position` stands.
pub(crate) fn judge(
    task: &Task,
    position: &Position,
    context: &Value,
    outcome: Result<Value, Failure>,
    jitter: &Jitter,
) -> Verdict {
    match outcome.and_then(|result| output(task, position, context, &result)) {
        Ok(output) => Verdict::Leave { next: task.next.clone(), output },
        Err(failure) => recover(task, position, failure, jitter),
    }
}

fn output(
    task: &Task,
    position: &Position,
    context: &Value,
    result: &Value,
) -> Result<Value, Failure> {
    check_limit(result, "result")?;
    let selected = select(task, &Scope { data: result, context })?;
    place(&task.result_path, position, selected)
}

/// The state's input with `value` in it.
fn place(path: &Path, position: &Position, value: Value) -> Result<Value, Failure> {
    let placed = path.place(position.input.clone(), value);
    let output = placed.ok_or_else(Failure::result_path)?;
    check_limit(&output, "state's output")?;
    Ok(output)
}

fn select(task: &Task, scope: &Scope<'_>) -> Result<Value, Failure> {
    task.result_selector
        .as_ref()
        .map_or_else(|| Ok(scope.data.clone()), |selector| selector.fill(scope))
}

fn recover(task: &Task, position: &Position, failure: Failure, jitter: &Jitter) -> Verdict {
    retry(task, position, &failure, jitter)
        .or_else(|| catch(task, position, &failure))
        .unwrap_or(Verdict::Fail(failure))
}

/// Only the first retrier that names the failure decides; when its attempts are used up, no later
/// retrier is tried.
fn retry(task: &Task, position: &Position, failure: &Failure, jitter: &Jitter) -> Option<Verdict> {
    let named = |(_, retrier): &(usize, &Retrier)| failure.is_any_of(&retrier.errors);
    let (index, retrier) = task.retry.iter().enumerate().find(named)?;
    let retried = position.retried_by(index);
    if retried >= retrier.max_attempts {
        return None;
    }
    Some(Verdict::Retry { retrier: index, delay: retrier.delay(retried, jitter) })
}

fn catch(task: &Task, position: &Position, failure: &Failure) -> Option<Verdict> {
    let catcher = task.catch.iter().find(|catcher| failure.is_any_of(&catcher.errors))?;
    Some(match place(&catcher.result_path, position, failure.output()) {
        Ok(output) => Verdict::Leave { next: Next::State(catcher.next.clone()), output },
        Err(unplaced) => Verdict::Fail(unplaced),
    })
}
