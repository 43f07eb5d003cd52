//! The flight: the first step of a booking, and the last of its compensations.
//!
//! `flight.reserve` holds a seat and begins the trip. A request that breaks a rule is recorded here
//! as a failed trip, so that its sender can read why; no supplier is called for it. Its
//! compensation, `flight.cancel`, runs when everything else is undone, and ends the trip.

use domain::command::{CancelFlight, RefuseRequest, ReserveFlight};
use domain::{Failure, Outcome};

use crate::input::Booking;
use crate::invocation::Invocation;
use crate::supplier::Call;

const MEMBER: &str = "flight";

/// Holds a seat.
///
/// # Errors
/// The refusal, once it is recorded; or why the outcome is unknown.
pub(crate) async fn reserve(
    Invocation { task, suppliers, step }: &Invocation<'_>,
) -> Result<Outcome, Failure> {
    let claim = task.claim.clone();
    let Booking { details, sandbox } = match task.booking(suppliers.are_sandbox) {
        Ok(booking) => booking,
        Err(failure) => {
            let departure = task.asked().departure();
            return step.record(&RefuseRequest { claim, failure, departure }).await;
        }
    };
    let call = Call::about(MEMBER, &claim, sandbox);
    let command = ReserveFlight { claim, details };
    let reserve = || suppliers.flight.reserve(&call, command.details.flight());
    step.reserve(&command, reserve, || suppliers.flight.release(&call)).await
}

/// Makes sure that no seat is held, now or later.
///
/// # Errors
/// Why the compensation is not done, or must not be.
pub(crate) async fn cancel(
    Invocation { task, suppliers, step }: &Invocation<'_>,
) -> Result<Outcome, Failure> {
    let (claim, reason, asked) = (task.claim.clone(), task.reason()?, task.asked());
    let command = CancelFlight { claim, reason, asked };
    let call = Call::about(MEMBER, &task.claim, task.sandbox());
    step.undo(&command, || suppliers.flight.release(&call)).await
}
