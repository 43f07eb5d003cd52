//! The first step of a booking whose request breaks a rule: record why, and call nobody.

use super::draft::Draft;
use super::{Claimed, guards, reserve_flight};
use crate::{Asked, Change, Claim, Command, Failure, Outcome, Plan, TicketTime, Timestamp, Trip};

/// Records a trip that failed before anything was asked of a supplier.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RefuseRequest {
    /// Who speaks.
    pub claim: Claim,
    /// The rules that the request breaks.
    pub failure: Failure,
    /// The departure that it asks for, where that can be read.
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
        // The request is the same at every repeat, so what is recorded is this refusal; a trip
        // that got further was booked from another request, which nothing here may touch.
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
