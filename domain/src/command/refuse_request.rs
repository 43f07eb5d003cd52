//! The first step of a booking whose request breaks a rule: record why, and call no supplier.

use super::draft::Draft;
use super::{Claimed, guards, reserve_flight};
use crate::{Asked, Change, Claim, Command, Failure, Outcome, Plan, TicketTime, Timestamp, Trip};

/// Records a trip that failed before any supplier was called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RefuseRequest {
    /// The claim of the saga that sends the command.
    pub claim: Claim,
    /// The rules that the request breaks.
    pub failure: Failure,
    /// The requested departure, if it can be read.
    pub departure: Option<TicketTime>,
}

impl Claimed for RefuseRequest {
    fn claim(&self) -> &Claim {
        &self.claim
    }

    fn asked(&self) -> Asked {
        Asked::Refused(self.departure)
    }
}

impl Command for RefuseRequest {
    type Answer = ();

    fn plan(&self, trip: Option<&Trip>, _now: Timestamp) -> Result<Plan, Failure> {
        let Some(trip) = trip else {
            return Ok(Plan::Proceed);
        };
        guards::owner(trip, &self.claim)?;
        // A repeat has the same request, so the recorded failure is this refusal. A trip that got
        // further was booked from another request, and nothing here may change it.
        self.outcome(trip).map(Plan::Done)
    }

    fn apply(&self, trip: Option<&Trip>, (): &(), now: Timestamp) -> Change {
        let mut draft = Draft::of(trip, self, now);
        reserve_flight::refuse(&mut draft, &self.failure);
        draft.finish()
    }

    fn outcome(&self, _trip: &Trip) -> Result<Outcome, Failure> {
        Err(self.failure.clone())
    }
}
