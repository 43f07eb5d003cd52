//! The write side: the eight functions of the booking saga and its state machines.
//!
//! `flight`, `hotel` and `payment` hold two steps each, the action and its compensation. All six
//! run through one application function, in `step`, which keeps the rules that make the saga safe.
//! `cancellation` is the seventh function, behind HTTP: it starts the compensation of a confirmed
//! trip. `note` is the eighth: Step Functions' own events tell it that an execution failed or goes
//! on. [`supplier`] defines the contract of a supplier; `sandbox` implements it for demonstrations
//! and tests. The two `*.asl.json` files beside this crate define the order of the steps.

mod cancellation;
mod deps;
mod flight;
mod hotel;
mod input;
mod invocation;
mod note;
mod operation;
mod payment;
mod sandbox;
mod start_error;
mod step;
pub mod supplier;
mod suppliers;
#[cfg(test)]
mod testing;
mod trace;
mod trips;

use lambda_kit::error::FunctionError;
use lambda_runtime::LambdaEvent;
use serde_json::Value;

use invocation::Handler;

pub use cancellation::CompensationChain;
pub use deps::Deps;
pub use operation::Operation;
pub use sandbox::SandboxSuppliers;
pub use start_error::StartError;

/// Answers one invocation of the function that serves `operation`.
///
/// A step takes the payload of a state machine's task and returns a [`domain::Outcome`] as JSON;
/// [`Operation::TripCancel`] takes and returns an API Gateway proxy event, and
/// [`Operation::TripNote`] takes an event of EventBridge.
///
/// # Errors
/// A step's refusal or failure, under its stable code. `TripCancel` reports its errors over HTTP.
pub async fn handle(
    deps: &Deps,
    operation: Operation,
    event: LambdaEvent<Value>,
) -> Result<Value, FunctionError> {
    let handler: Handler = match operation {
        Operation::FlightReserve => |invocation| Box::pin(flight::reserve(invocation)),
        Operation::FlightCancel => |invocation| Box::pin(flight::cancel(invocation)),
        Operation::HotelReserve => |invocation| Box::pin(hotel::reserve(invocation)),
        Operation::HotelCancel => |invocation| Box::pin(hotel::cancel(invocation)),
        Operation::PaymentProcess => |invocation| Box::pin(payment::process(invocation)),
        Operation::PaymentRefund => |invocation| Box::pin(payment::refund(invocation)),
        Operation::TripCancel => return cancellation::handle(deps, event).await,
        Operation::TripNote => return Box::pin(note::handle(deps, event)).await,
    };
    invocation::answer(deps, operation, handler, event).await
}
