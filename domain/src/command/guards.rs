//! The guards that several commands share.

use super::Reason;
use super::draft::Draft;
use crate::event::Refused;
use crate::{
    Asked, Claim, Command, ErrorCode, Failure, Outcome, Plan, Timestamp, Trip, TripDetails,
    TripStatus,
};

/// One saga owns a trip: commands of any other saga or customer are refused.
pub(super) fn owner(trip: &Trip, claim: &Claim) -> Result<(), Failure> {
    if trip.state().saga_id == claim.saga_id && trip.state().customer_id == claim.customer_id {
        return Ok(());
    }
    Err(Failure::new(ErrorCode::TripConflict, "the trip id is taken by another booking"))
}

/// A trip is booked from one request; a step with another request is not a repeat.
pub(super) fn same_request(trip: &Trip, details: &TripDetails) -> Result<(), Failure> {
    match trip.state().details() {
        Some(recorded) if recorded != details => {
            Err(Failure::new(ErrorCode::TripConflict, "the trip was booked from another request"))
        }
        _ => Ok(()),
    }
}

/// Whether a trip takes reservations: only a pending trip does.
pub(super) fn is_open(trip: &Trip) -> bool {
    trip.state().status == TripStatus::Pending
}

/// Whether a trip was confirmed, also if it is being cancelled or was cancelled since.
pub(super) fn was_confirmed(trip: &Trip) -> bool {
    matches!(trip.state().status, TripStatus::Cancelling | TripStatus::Cancelled)
}

/// What a reservation does when the trip takes no more reservations.
pub(super) fn closed(trip: &Trip) -> Plan {
    Plan::Release(closed_failure(trip))
}

fn closed_failure(trip: &Trip) -> Failure {
    let detail = format!("the trip is {} and takes no more reservations", trip.state().status);
    Failure::new(ErrorCode::TripClosed, detail)
}

/// The refusal of a step whose predecessor was never recorded.
pub(super) fn out_of_order(missing: &str) -> Failure {
    Failure::new(ErrorCode::TripConflict, format!("the trip holds no {missing} to build on"))
}

/// The refusal that the trip recorded; a repeat of the refused command returns it.
pub(super) fn recorded_refusal(trip: &Trip) -> Failure {
    trip.state().failure.clone().unwrap_or_else(|| closed_failure(trip))
}

/// The failure as an event reports it. The names of the broken rules' fields stay out of the event:
/// a client may call a field anything, and that does not belong on a bus.
pub(super) fn refused(failure: &Failure) -> Refused {
    let detail = match failure.errors.as_slice() {
        [] => failure.detail.clone(),
        _ => "the request breaks rules, which the trip lists by field".to_owned(),
    };
    Refused { code: failure.code, detail }
}

/// Whether a compensation has anything left to do on the trip.
pub(super) enum Stage {
    /// The trip is already in the state to which this compensation leads.
    Over,
    /// The member may be released.
    Open,
}

/// Whether a compensation for `reason` may touch the trip.
fn compensable(
    trip: Option<&Trip>,
    command: &impl Command,
    reason: &Reason,
) -> Result<Stage, Failure> {
    let Some(trip) = trip else {
        return never_written(&command.asked(), reason);
    };
    owner(trip, command.claim())?;
    match (reason, trip.state().status) {
        (Reason::Cancellation, TripStatus::Confirmed | TripStatus::Cancelling)
        | (Reason::Booking(_) | Reason::Operator, TripStatus::Pending | TripStatus::Compensating) => {
            Ok(Stage::Open)
        }
        (Reason::Cancellation, TripStatus::Cancelled)
        | (Reason::Booking(_) | Reason::Operator, TripStatus::Failed) => Ok(Stage::Over),
        (Reason::Cancellation, _) => Err(Failure::new(
            ErrorCode::TripNotConfirmed,
            format!("the trip is {}; only a confirmed trip can be cancelled", trip.state().status),
        )),
        (Reason::Booking(_) | Reason::Operator, _) => Err(Failure::new(
            ErrorCode::TripAlreadyConfirmed,
            format!("the trip is {}: its booking has succeeded", trip.state().status),
        )),
    }
}

/// A trip that was never written is closed with a tombstone: by its booking saga, or by an operator
/// who has the request of the booking that never wrote it.
fn never_written(asked: &Asked, reason: &Reason) -> Result<Stage, Failure> {
    match (reason, asked) {
        (Reason::Booking(_), _) | (Reason::Operator, Asked::Trip(_)) => Ok(Stage::Open),
        (Reason::Cancellation | Reason::Operator, _) => {
            Err(Failure::new(ErrorCode::TripNotFound, "no such trip"))
        }
    }
}

/// What a compensation does: nothing if the trip or the member is already settled; close a trip
/// that still takes reservations; otherwise call the supplier.
pub(super) fn plan_undo<C: Command>(
    command: &C,
    reason: &Reason,
    trip: Option<&Trip>,
    now: Timestamp,
    is_settled: fn(&Trip) -> bool,
) -> Result<Plan, Failure> {
    let stage = compensable(trip, command, reason)?;
    match (stage, trip) {
        (Stage::Over, Some(trip)) => command.outcome(trip).map(Plan::Done),
        (Stage::Open, Some(trip)) if is_settled(trip) => command.outcome(trip).map(Plan::Done),
        (Stage::Open, Some(trip)) if trip.state().status != TripStatus::Pending => {
            Ok(Plan::Proceed)
        }
        (_, trip) => {
            let close = begin_undo(trip, command, reason, now).finish();
            Ok(Plan::First(Box::new(close)))
        }
    }
}

/// Begins the commit of a compensation: closes the trip to reservations and says why.
pub(super) fn begin_undo(
    trip: Option<&Trip>,
    command: &impl Command,
    reason: &Reason,
    now: Timestamp,
) -> Draft {
    let mut draft = Draft::of(trip, command, now);
    draft.set_status(undoing(reason));
    if let Some(failure) = failure_of(reason) {
        draft.set_failure(&failure);
    }
    draft
}

/// The failure that explains a compensated booking, unless a refusal was recorded before.
fn failure_of(reason: &Reason) -> Option<Failure> {
    match reason {
        Reason::Booking(failure) => Some(failure.clone()),
        Reason::Operator => Some(Failure::new(
            ErrorCode::CompensatedByOperator,
            "an operator ended a booking that was stuck",
        )),
        Reason::Cancellation => None,
    }
}

/// The status of a trip that is being undone for `reason`.
fn undoing(reason: &Reason) -> TripStatus {
    match reason {
        Reason::Booking(_) | Reason::Operator => TripStatus::Compensating,
        Reason::Cancellation => TripStatus::Cancelling,
    }
}

/// What a step returns about one member of `trip`.
pub(super) fn outcome(trip: &Trip, member_id: String, status: Option<&'static str>) -> Outcome {
    Outcome {
        member_id,
        member_status: status.map(str::to_owned),
        trip_status: trip.state().status,
    }
}
