//! `trip compensate`: runs the compensation chain anew for a trip that is stuck.

use std::process::ExitCode;

use domain::{Trip, TripId, TripStatus};
use serde_json::Value;

use super::in_flight::load;
use super::redrive::{Args, Done};
use crate::failure::{NotFound, Refusal};
use crate::hint;
use crate::operator::sagas::{Execution, input_for, input_of_booking};
use crate::operator::{Installation, audit};
use crate::output::Output;

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let at = Installation::at(&args.address).await?;
    let id = &args.trip;
    let trip = load(&at, id).await?;
    let executions = at.sagas.of(id, trip.as_ref()).await?;
    if trip.is_none() && executions.is_empty() {
        return Err(NotFound::trip(id).into());
    }
    if executions.iter().any(Execution::is_running) {
        let why = format!("an execution of {id} is running: let it end, or stop it first");
        return Err(Refusal::new(why, [hint::about("timeline", id)]).into());
    }
    let input = input(id, trip.as_ref(), &executions)?;
    let execution = if args.dry_run {
        at.place().names().compensation.clone()
    } else {
        let arn = at.sagas.compensate(id, &input).await?;
        audit::note(&at, "compensate", id, &arn);
        arn
    };
    let next = hint::about("get", id);
    let done = Done { trip_id: id.clone(), dry_run: args.dry_run, execution, next };
    output.show(&done, |done, palette| done.text("compensated by", palette))?;
    Ok(ExitCode::SUCCESS)
}

/// The chain's input. Before the payment's commit an operator undoes a booking; what a customer's
/// cancellation began only goes on.
fn input(id: &TripId, trip: Option<&Trip>, executions: &[Execution]) -> anyhow::Result<Value> {
    let Some(trip) = trip else {
        let booking = executions.iter().find(|execution| execution.name == id.as_str());
        let input = booking.and_then(input_of_booking);
        return input.ok_or_else(|| {
            Refusal::new(format!("the booking of {id} has no input that can be read"), []).into()
        });
    };
    match trip.state().status {
        TripStatus::Pending | TripStatus::Compensating => Ok(input_for(trip, "operator")),
        TripStatus::Cancelling => Ok(input_for(trip, "cancellation")),
        TripStatus::Confirmed => {
            let why = format!("{id} is CONFIRMED: a confirmed trip is cancelled, not compensated");
            Err(Refusal::new(why, [hint::about("cancel", id)]).into())
        }
        ended @ (TripStatus::Failed | TripStatus::Cancelled) => {
            Err(Refusal::new(format!("{id} is {ended}: it holds nothing"), []).into())
        }
    }
}
