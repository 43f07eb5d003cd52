//! One invocation of a step: from the task's payload to the step's outcome, within its deadline.

use std::pin::Pin;

use domain::{ErrorCode, Failure, Outcome};
use lambda_kit::deadline::Deadline;
use lambda_kit::error::FunctionError;
use lambda_runtime::{Context, LambdaEvent};
use serde_json::Value;
use store::TripStore;

use crate::input::Task;
use crate::step::Step;
use crate::suppliers::Suppliers;
use crate::{Deps, Operation, trace};

/// What the handlers of the members work on.
pub(crate) struct Invocation<'a> {
    pub(crate) task: Task,
    pub(crate) suppliers: &'a Suppliers,
    pub(crate) step: Step<TripStore>,
}

/// A step's future answer.
type Answering<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Failure>> + Send + 'a>>;

/// The handler of one operation.
pub(crate) type Handler = for<'a> fn(&'a Invocation<'a>) -> Answering<'a>;

/// Runs a step's handler on the payload of a state machine's task.
///
/// # Errors
/// The step's failure, or `InvalidRequest` for a payload without a trip, a customer or a saga.
pub(crate) async fn answer(
    deps: &Deps,
    operation: Operation,
    handler: Handler,
    event: LambdaEvent<Value>,
) -> Result<Value, FunctionError> {
    let deadline = Deadline::of(&event.context, &*deps.clock);
    let task = Task::decode(event.payload)?;
    let step = step(deps, &event.context);
    let invocation = Invocation { task, suppliers: deps.suppliers()?, step };
    let answer = deadline.within(handler(&invocation)).await;
    let answer = answer.unwrap_or_else(|| Err(out_of_time()));
    log(operation, &invocation.task, &answer);
    serde_json::to_value(answer?).map_err(|error| FunctionError::internal(&error))
}

fn step(deps: &Deps, context: &Context) -> Step<TripStore> {
    Step {
        trips: deps.trips.clone().with_trace(trace::of(context)),
        clock: deps.clock.clone(),
        supplier_timeout: deps.supplier_timeout,
    }
}

/// A call that was under way may have taken effect, so the step must run again to find out.
fn out_of_time() -> Failure {
    let detail = "the step ran out of time, and what it did is unknown";
    Failure::new(ErrorCode::StoreUnavailable, detail)
}

fn log(operation: Operation, task: &Task, answer: &Result<Outcome, Failure>) {
    let (trip_id, saga_id) = (&task.claim.trip_id, &task.claim.saga_id);
    match answer {
        Ok(outcome) => {
            let (member, trip) = (outcome.member_status.as_deref(), outcome.trip_status);
            tracing::info!(%operation, %trip_id, %saga_id, member, %trip, "step answered");
        }
        Err(Failure { code, detail, errors }) => {
            // A detail about fields repeats the client's names for them, which may be anything.
            let detail = errors.is_empty().then_some(detail.as_str());
            // A refusal is a normal answer; only a failure that must be retried is a warning.
            if code.is_refusal() {
                tracing::info!(%operation, %trip_id, %saga_id, %code, detail, "step refused");
            } else {
                tracing::warn!(%operation, %trip_id, %saga_id, %code, detail, "step failed");
            }
        }
    }
}
