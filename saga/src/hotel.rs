//! The hotel: the second step of a booking.
//!
//! `hotel.reserve` holds a room for a trip whose flight is held. Its compensation, `hotel.cancel`,
//! runs after the payment is undone and before the flight is.

use domain::command::{CancelHotel, ReserveHotel};
use domain::{Failure, Outcome};

use crate::input::Booking;
use crate::invocation::Invocation;
use crate::supplier::Call;

const MEMBER: &str = "hotel";

/// Holds a room.
///
/// # Errors
/// The refusal, once it is recorded; or why the outcome is unknown.
pub(crate) async fn reserve(
    Invocation { task, suppliers, step }: &Invocation<'_>,
) -> Result<Outcome, Failure> {
    let claim = task.claim.clone();
    let Booking { details, sandbox } = task.booking(suppliers.are_sandbox)?;
    let call = Call::about(MEMBER, &claim, sandbox);
    let command = ReserveHotel { claim, details };
    let reserve = || suppliers.hotel.reserve(&call, command.details.hotel());
    step.reserve(&command, reserve, || suppliers.hotel.release(&call)).await
}

/// Makes sure that no room is held, now or later.
///
/// # Errors
/// Why the compensation is not done, or must not be.
pub(crate) async fn cancel(
    Invocation { task, suppliers, step }: &Invocation<'_>,
) -> Result<Outcome, Failure> {
    let (claim, reason, asked) = (task.claim.clone(), task.reason()?, task.asked());
    let command = CancelHotel { claim, reason, asked };
    let call = Call::about(MEMBER, &task.claim, task.sandbox());
    step.undo(&command, || suppliers.hotel.release(&call)).await
}
