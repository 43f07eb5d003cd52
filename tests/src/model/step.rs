//! The six steps of a saga, as the domain decides on them. Nothing is decided here.

use domain::command::{
    CancelFlight, CancelHotel, ProcessPayment, Reason, RefundPayment, Released, ReserveFlight,
    ReserveHotel, SupplierAnswer,
};
use domain::{
    Asked, Claim, Command, Decision, ErrorCode, Failure, Plan, Timestamp, Trip, TripDetails,
};
use saga::Operation;

use super::books::{Heard, Supplier};

/// One command of the domain.
pub(super) enum Step {
    ReserveFlight(ReserveFlight),
    ReserveHotel(ReserveHotel),
    ProcessPayment(ProcessPayment),
    RefundPayment(RefundPayment),
    CancelHotel(CancelHotel),
    CancelFlight(CancelFlight),
}

/// Gives the command, whatever its type, to an expression.
macro_rules! with {
    ($step:expr, $command:ident => $expression:expr) => {
        match $step {
            Step::ReserveFlight($command) => $expression,
            Step::ReserveHotel($command) => $expression,
            Step::ProcessPayment($command) => $expression,
            Step::RefundPayment($command) => $expression,
            Step::CancelHotel($command) => $expression,
            Step::CancelFlight($command) => $expression,
        }
    };
}

impl Step {
    /// The command that an operation gives in the name of a saga.
    pub(super) fn new(
        operation: Operation,
        claim: Claim,
        details: TripDetails,
        reason: Reason,
    ) -> Self {
        let asked = Asked::Trip(details.clone());
        match operation {
            Operation::FlightReserve => Self::ReserveFlight(ReserveFlight { claim, details }),
            Operation::HotelReserve => Self::ReserveHotel(ReserveHotel { claim, details }),
            Operation::PaymentProcess => Self::ProcessPayment(ProcessPayment { claim, details }),
            Operation::PaymentRefund => Self::RefundPayment(RefundPayment { claim, reason, asked }),
            Operation::HotelCancel => Self::CancelHotel(CancelHotel { claim, reason, asked }),
            Operation::FlightCancel => Self::CancelFlight(CancelFlight { claim, reason, asked }),
            other => panic!("{other} is not a step of a saga"),
        }
    }

    /// [`Command::plan`].
    pub(super) fn plan(&self, trip: Option<&Trip>) -> Result<Plan, Failure> {
        with!(self, command => command.plan(trip, now()))
    }

    /// [`Command::decide`], on what the supplier said.
    pub(super) fn decide(&self, trip: Option<&Trip>, heard: Heard) -> Result<Decision, Failure> {
        match self {
            Self::ReserveFlight(command) => command.decide(trip, &answer(heard), now()),
            Self::ReserveHotel(command) => command.decide(trip, &answer(heard), now()),
            Self::ProcessPayment(command) => command.decide(trip, &answer(heard), now()),
            Self::RefundPayment(command) => command.decide(trip, &released(heard), now()),
            Self::CancelHotel(command) => command.decide(trip, &released(heard), now()),
            Self::CancelFlight(command) => command.decide(trip, &released(heard), now()),
        }
    }

    /// [`Command::outcome`]: what the step answers once `trip` is committed.
    pub(super) fn outcome(&self, trip: &Trip) -> Result<(), ErrorCode> {
        with!(self, command => command.outcome(trip)).map(drop).map_err(|failure| failure.code)
    }

    /// Whether the step reserves or captures.
    pub(super) fn reserves(&self) -> bool {
        matches!(self, Self::ReserveFlight(_) | Self::ReserveHotel(_) | Self::ProcessPayment(_))
    }

    /// Whom the step calls.
    pub(super) fn supplier(&self) -> Supplier {
        match self {
            Self::ReserveFlight(_) | Self::CancelFlight(_) => Supplier::Airline,
            Self::ReserveHotel(_) | Self::CancelHotel(_) => Supplier::Hotel,
            Self::ProcessPayment(_) | Self::RefundPayment(_) => Supplier::Bank,
        }
    }
}

/// Time stands still: order is a matter of versions and sequence numbers.
pub(super) fn now() -> Timestamp {
    Timestamp::from_millis(1_772_326_800_000)
}

fn answer(heard: Heard) -> SupplierAnswer {
    match heard {
        Heard::Accepted => SupplierAnswer::Accepted { reference: "reference".to_owned() },
        Heard::Refused => SupplierAnswer::Refused { detail: "no".to_owned() },
        Heard::Released { .. } => panic!("a reservation was answered with a release"),
    }
}

fn released(heard: Heard) -> Released {
    match heard {
        Heard::Released { held } => Released { held },
        Heard::Accepted | Heard::Refused => panic!("a release was answered with a reservation"),
    }
}
