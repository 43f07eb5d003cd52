//! What a command is: a question asked in two moments, around the supplier's call.
//!
//! 1. [`Command::plan`], before the supplier is called: has this command taken effect already,
//!    must the trip be opened or closed first, may it proceed, or is it refused?
//! 2. [`Command::decide`], with the supplier's answer: the commit that records it.
//!
//! `decide` asks `plan` again, so the guards hold at the commit, whatever happened in between.
//!
//! The first step writes the trip *before* it calls the supplier, so that a call whose outcome
//! stays unknown belongs to a trip that is found, and that can be compensated.
//!
//! A booking's compensation closes a pending trip in a commit of its own *before* it calls the
//! supplier. Otherwise a payment that is given up but still under way could confirm the trip
//! between the refund and its commit: confirmed, and not paid for.
//!
//! A reservation that comes too late releases what it, or an earlier attempt of it that was never
//! recorded, may hold. So [`ErrorCode::TripClosed`] always means
//! that this step left nothing behind.

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

/// Which saga speaks, and for whose trip. Every command carries it; a trip listens to its own only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The trip.
    pub trip_id: TripId,
    /// Whose trip it is said to be.
    pub customer_id: CustomerId,
    /// The saga that speaks.
    pub saga_id: SagaId,
}

/// What a step of the saga answers: small and bounded, since it becomes part of the execution's
/// state.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outcome {
    /// The member that the step is about.
    pub member_id: String,
    /// Where the member stands; absent where it was never begun.
    pub member_status: Option<String>,
    /// Where the trip stands.
    pub trip_status: TripStatus,
}

/// What to do before the supplier is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Plan {
    /// The command has taken effect: this is its first result. Write nothing, call nobody.
    Done(Outcome),
    /// Commit this, which opens the trip or closes it to reservations, then plan again. Call nobody
    /// yet.
    First(Box<Change>),
    /// The trip takes no more reservations. Release what an earlier attempt may hold, then answer
    /// this refusal.
    Release(Failure),
    /// Call the supplier, then [`Command::decide`].
    Proceed,
}

/// What to do with the supplier's answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The command has taken effect meanwhile: this is its first result. Write nothing.
    Done(Outcome),
    /// The trip was closed meanwhile. Release what the supplier holds, then answer this refusal.
    Release(Failure),
    /// Commit this.
    Commit(Box<Change>),
}

/// One commit: the trip's next state and the events that make it known, all or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// What the trip was; absent where this is its first commit.
    pub before: Option<Trip>,
    /// What the trip becomes.
    pub trip: Trip,
    /// The new events, in order.
    pub events: Vec<Event>,
}

/// The answer of a supplier that was asked to reserve or to capture.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SupplierAnswer {
    /// It holds what was asked for, under its own reference.
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
    /// Whether it held something until then.
    pub held: bool,
}

/// For whom a compensation runs.
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

    /// What the request asks for, which a trip is first written with.
    fn asked(&self) -> Asked;
}

/// A step of the saga, decided on by the aggregate.
pub trait Command: Claimed {
    /// What the supplier answers.
    type Answer;

    /// Decides before the supplier is called.
    ///
    /// # Errors
    /// The refusal or the retryable error to answer with; nothing may be called or written.
    fn plan(&self, trip: Option<&Trip>, now: Timestamp) -> Result<Plan, Failure>;

    /// The commit that records the supplier's answer, given that the command may proceed.
    fn apply(&self, trip: Option<&Trip>, answer: &Self::Answer, now: Timestamp) -> Change;

    /// Decides on the supplier's answer.
    ///
    /// # Errors
    /// As [`Self::plan`]: the trip may have changed since.
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

    /// What the step answers once `trip` is committed.
    ///
    /// # Errors
    /// The recorded refusal, where the commit recorded one.
    fn outcome(&self, trip: &Trip) -> Result<Outcome, Failure>;
}

/// The answer to a command that would record an answer on a trip that is not opened or closed for
/// it.
fn not_prepared() -> Failure {
    Failure::new(ErrorCode::StoreConflict, "the trip is no longer as this step left it; try again")
}
