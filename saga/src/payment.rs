//! The payment: the last step of a booking, and its pivot.
//!
//! `payment.process` charges the customer of a trip whose flight and hotel are held; its commit
//! confirms the trip, after which the booking only goes forward. Its compensation,
//! `payment.refund`, runs before the other two: it voids a charge that may still come, and refunds
//! one that was made.

use domain::command::{ProcessPayment, RefundPayment};
use domain::{Failure, Outcome};

use crate::input::Booking;
use crate::invocation::Invocation;
use crate::supplier::Call;

const MEMBER: &str = "payment";

/// Charges the customer.
///
/// # Errors
/// The refusal, once it is recorded; or why the outcome is unknown.
pub(crate) async fn process(
    Invocation { task, suppliers, step }: &Invocation<'_>,
) -> Result<Outcome, Failure> {
    let claim = task.claim.clone();
    let Booking { details, sandbox } = task.booking(suppliers.are_sandbox)?;
    let call = Call::about(MEMBER, &claim, sandbox);
    let command = ProcessPayment { claim, details };
    let capture = || suppliers.payment.capture(&call, command.details.total());
    step.reserve(&command, capture, || suppliers.payment.void_or_refund(&call)).await
}

/// Makes sure that the customer is not charged, now or later.
///
/// # Errors
/// Why the compensation is not done, or must not be.
pub(crate) async fn refund(
    Invocation { task, suppliers, step }: &Invocation<'_>,
) -> Result<Outcome, Failure> {
    let (claim, reason, asked) = (task.claim.clone(), task.reason()?, task.asked());
    let command = RefundPayment { claim, reason, asked };
    let call = Call::about(MEMBER, &task.claim, task.sandbox());
    step.undo(&command, || suppliers.payment.void_or_refund(&call)).await
}
