//! A command decides twice: before the supplier is called, and on the supplier's answer.
//!
//! 1. [`Command::plan`], before the supplier is called: has this command already taken effect, must
//!    the trip be opened or closed first, may it proceed, or is it refused?
//! 2. [`Command::decide`], with the supplier's answer: returns the commit that records it.
//!
//! `decide` calls `plan` again, so the guards hold at the commit even if the trip changed in
//! between.
//!
//! The first step writes the trip *before* it calls the supplier. If the outcome of that call stays
//! unknown, the trip can still be found and compensated.
//!
//! A booking's compensation closes a pending trip in a separate commit *before* it calls the
//! supplier. Otherwise a payment that was given up but is still running could confirm the trip
//! between the refund and the refund's commit: the trip would be confirmed but not paid for.
//!
//! A reservation that comes too late releases what it, or an earlier attempt that was never
//! recorded, may hold. So [`ErrorCode::TripClosed`] always means that this step left nothing
//! behind.

mod cancel_flight;
mod cancel_hotel;
mod draft;
mod forms;
mod guards;
mod process_payment;
mod refund_payment;
mod refuse_request;
mod reserve_flight;
mod reserve_hotel;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::{Asked, CustomerId, ErrorCode, Failure, SagaId, Timestamp, Trip, TripId, TripStatus};

pub use cancel_flight::CancelFlight;
pub use cancel_hotel::CancelHotel;
pub use process_payment::ProcessPayment;
pub use refund_payment::RefundPayment;
pub use refuse_request::RefuseRequest;
pub use reserve_flight::ReserveFlight;
pub use reserve_hotel::ReserveHotel;

/// Which saga sends a command, and for whose trip. Every command carries a claim; a trip accepts
/// only the commands of its own saga.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The trip.
    pub trip_id: TripId,
    /// The customer whose trip it is, according to the sender.
    pub customer_id: CustomerId,
    /// The saga that sends the command.
    pub saga_id: SagaId,
}

/// What a saga step returns: small and bounded, since it becomes part of the execution's state.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outcome {
    /// The member that the step is about.
    pub member_id: String,
    /// The member's status; absent if the member was never begun.
    pub member_status: Option<String>,
    /// The trip's status.
    pub trip_status: TripStatus,
}

/// What to do before the supplier is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Plan {
    /// The command took effect before: this is its first result. Write nothing and call no
    /// supplier.
    Done(Outcome),
    /// Commit this change, which opens the trip or closes it to reservations, then plan again. Do
    /// not call the supplier yet.
    First(Box<Change>),
    /// The trip takes no more reservations. Release what an earlier attempt may hold, then return
    /// this refusal.
    Release(Failure),
    /// Call the supplier, then [`Command::decide`].
    Proceed,
}

/// What to do with the supplier's answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The command took effect in the meantime: this is its first result. Write nothing.
    Done(Outcome),
    /// The trip was closed in the meantime. Release what the supplier holds, then return this
    /// refusal.
    Release(Failure),
    /// Commit this.
    Commit(Box<Change>),
}

/// One commit: the trip's next state and the events that make it known, all or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// The trip before this commit; absent if this is its first commit.
    pub before: Option<Trip>,
    /// The trip after this commit.
    pub trip: Trip,
    /// The new events, in order.
    pub events: Vec<Event>,
}

/// The answer of a supplier that was asked to reserve or to capture.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SupplierAnswer {
    /// The supplier holds what was asked for, under its own reference.
    Accepted {
        /// The supplier's reference.
        reference: String,
    },
    /// A definite "no", with the reason.
    Refused {
        /// The supplier's words.
        detail: String,
    },
}

/// The answer of a supplier that was asked to release, or to void or refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Released {
    /// Whether the supplier held something until then.
    pub held: bool,
}

/// Why a compensation runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The booking saga undoes its own steps, because of this failure.
    Booking(Failure),
    /// The customer cancels a confirmed trip.
    Cancellation,
    /// An operator ends a booking that is stuck.
    Operator,
}

/// What every command says: who speaks, and about which trip.
pub trait Claimed {
    /// Who speaks.
    fn claim(&self) -> &Claim;

    /// What the request asks for; the trip's first commit stores it.
    fn asked(&self) -> Asked;
}

/// A step of the saga, decided on by the aggregate.
pub trait Command: Claimed {
    /// What the supplier answers.
    type Answer;

    /// Decides before the supplier is called.
    ///
    /// # Errors
    /// The refusal or the retryable error to return; nothing may be called or written.
    fn plan(&self, trip: Option<&Trip>, now: Timestamp) -> Result<Plan, Failure>;

    /// The commit that records the supplier's answer, given that the command may proceed.
    fn apply(&self, trip: Option<&Trip>, answer: &Self::Answer, now: Timestamp) -> Change;

    /// Decides on the supplier's answer.
    ///
    /// # Errors
    /// Same as [`Self::plan`]: the trip may have changed in between.
    fn decide(
        &self,
        trip: Option<&Trip>,
        answer: &Self::Answer,
        now: Timestamp,
    ) -> Result<Decision, Failure> {
        match self.plan(trip, now)? {
            Plan::Done(outcome) => Ok(Decision::Done(outcome)),
            Plan::Proceed => Ok(Decision::Commit(Box::new(self.apply(trip, answer, now)))),
            Plan::Release(refusal) => Ok(Decision::Release(refusal)),
            Plan::First(_) => Err(not_prepared()),
        }
    }

    /// What the step returns once `trip` is committed.
    ///
    /// # Errors
    /// The recorded refusal, if the commit recorded one.
    fn outcome(&self, trip: &Trip) -> Result<Outcome, Failure>;
}

/// The failure of a command that would record an answer on a trip that was not opened or closed for
/// it.
fn not_prepared() -> Failure {
    Failure::new(ErrorCode::StoreConflict, "the trip is no longer as this step left it; try again")
}
