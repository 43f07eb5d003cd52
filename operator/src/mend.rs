//! Mends a trip on which nothing works any more: continues its execution where it failed, or runs
//! the compensation chain anew.

use domain::{Trip, TripId, TripStatus};
use serde::Serialize;
use serde_json::Value;

use crate::failure::{NotFound, Refusal};
use crate::in_flight::{load, relevant};
use crate::sagas::{Execution, input_for, input_of_booking};
use crate::{Installation, Task, audit, hint};

/// What was done to a trip, or would be.
#[derive(Clone, Debug, Serialize)]
pub struct Done {
    /// The trip.
    pub trip_id: TripId,
    /// Whether nothing was done.
    pub dry_run: bool,
    /// The ARN of the execution that works on it now; of a dry run's compensation, that of the
    /// state machine.
    pub execution: String,
}

/// A trip and the executions that worked on it, one of which is there at least.
struct Known {
    trip: Option<Trip>,
    executions: Vec<Execution>,
}

/// Continues the execution of a trip where it failed: whichever failed last, the booking, the
/// cancellation or an operator's compensation.
///
/// # Errors
/// [`NotFound`] for an unknown trip; [`Refusal`] where nothing has failed, something runs, or the
/// execution can no longer be continued; or a call that fails.
pub fn redrive<'a>(at: &'a Installation, id: &'a TripId, dry_run: bool) -> Task<'a, Done> {
    Box::pin(async move {
        let Known { trip, executions } = known(at, id).await?;
        let execution = continuable(at, id, trip.as_ref(), executions)?;
        if !dry_run {
            at.sagas.redrive(&execution).await?;
            audit::note(at, "redrive", id, &execution.arn);
        }
        Ok(Done { trip_id: id.clone(), dry_run, execution: execution.arn })
    })
}

/// Runs the compensation chain anew for a trip that is stuck. A trip whose booking is not over ends
/// FAILED, and one that is being cancelled ends CANCELLED.
///
/// # Errors
/// [`NotFound`] for an unknown trip; [`Refusal`] where something runs, or the trip has ended; or a
/// call that fails.
pub fn compensate<'a>(at: &'a Installation, id: &'a TripId, dry_run: bool) -> Task<'a, Done> {
    Box::pin(async move {
        let Known { trip, executions } = known(at, id).await?;
        if executions.iter().any(Execution::is_running) {
            let why = format!("an execution of {id} is running: let it end, or stop it first");
            return Err(Refusal::new(why, [hint::about("timeline", id)]).into());
        }
        let input = input(id, trip.as_ref(), &executions)?;
        let execution = if dry_run {
            at.place().names().compensation.clone()
        } else {
            let arn = at.sagas.compensate(id, &input).await?;
            audit::note(at, "compensate", id, &arn);
            arn
        };
        Ok(Done { trip_id: id.clone(), dry_run, execution })
    })
}

async fn known(at: &Installation, id: &TripId) -> anyhow::Result<Known> {
    let trip = load(at, id).await?;
    let executions = at.sagas.of(id, trip.as_ref()).await?;
    if trip.is_none() && executions.is_empty() {
        return Err(NotFound::trip(id).into());
    }
    Ok(Known { trip, executions })
}

/// The execution to continue.
fn continuable(
    at: &Installation,
    id: &TripId,
    trip: Option<&Trip>,
    executions: Vec<Execution>,
) -> Result<Execution, Refusal> {
    let look = hint::about("timeline", id);
    let Some(execution) = relevant(executions) else {
        return Err(Refusal::new(format!("no execution of {id} has failed"), [look]));
    };
    if execution.is_running() {
        let why = format!("the execution of {id} is running: there is nothing to continue");
        return Err(Refusal::new(why, [look]));
    }
    if execution.redrivable {
        return Ok(execution);
    }
    let status = trip.map(|trip| trip.state().status);
    if let Some(status) = status.filter(|status| status.is_terminal()) {
        let why = format!("{id} is {status}: there is nothing to continue");
        return Err(Refusal::new(why, [look]));
    }
    let why = format!("the execution of {id} cannot be continued any more");
    let instead = hint::about(&format!("compensate{}", at.place().option()), id);
    Err(Refusal::new(why, [instead]))
}

/// The chain's input. Before the payment's commit an operator undoes a booking; what a customer's
/// cancellation began only goes on.
fn input(id: &TripId, trip: Option<&Trip>, executions: &[Execution]) -> Result<Value, Refusal> {
    let Some(trip) = trip else {
        let booking = executions.iter().find(|execution| execution.name == id.as_str());
        let input = booking.and_then(input_of_booking);
        return input.ok_or_else(|| {
            Refusal::new(format!("the booking of {id} has no input that can be read"), [])
        });
    };
    match trip.state().status {
        TripStatus::Pending | TripStatus::Compensating => Ok(input_for(trip, "operator")),
        TripStatus::Cancelling => Ok(input_for(trip, "cancellation")),
        TripStatus::Confirmed => {
            let why = format!("{id} is CONFIRMED: a confirmed trip is cancelled, not compensated");
            Err(Refusal::new(why, [hint::about("cancel", id)]))
        }
        ended @ (TripStatus::Failed | TripStatus::Cancelled) => {
            Err(Refusal::new(format!("{id} is {ended}: it holds nothing"), []))
        }
    }
}
