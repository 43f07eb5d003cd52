//! The eight operations, and their names in Lambda and the state machines.

use std::fmt;
use std::str::FromStr;

use lambda_kit::config::Config;
use lambda_kit::spans::Trigger;

use crate::StartError;

/// The variable in which Lambda passes a function's handler setting.
const HANDLER: &str = "_HANDLER";

/// What one function of the write side does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Holds a seat, and begins the trip.
    FlightReserve,
    /// Gives the seat back, and ends the trip.
    FlightCancel,
    /// Holds a room.
    HotelReserve,
    /// Gives the room back.
    HotelCancel,
    /// Charges the customer, and confirms the trip.
    PaymentProcess,
    /// Voids or refunds the charge.
    PaymentRefund,
    /// Starts the cancellation of a confirmed trip, over HTTP.
    TripCancel,
    /// Notes on a trip how its execution stands.
    TripNote,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 8] = [
        Self::FlightReserve,
        Self::FlightCancel,
        Self::HotelReserve,
        Self::HotelCancel,
        Self::PaymentProcess,
        Self::PaymentRefund,
        Self::TripCancel,
        Self::TripNote,
    ];

    /// Those that are tasks of a state machine.
    pub fn steps() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|operation| matches!(operation.trigger(), Trigger::Task(_)))
    }

    /// The handler setting that selects the operation.
    #[must_use]
    pub const fn handler_name(self) -> &'static str {
        match self {
            Self::FlightReserve => "flight.reserve",
            Self::FlightCancel => "flight.cancel",
            Self::HotelReserve => "hotel.reserve",
            Self::HotelCancel => "hotel.cancel",
            Self::PaymentProcess => "payment.process",
            Self::PaymentRefund => "payment.refund",
            Self::TripCancel => "trip.cancel",
            Self::TripNote => "trip.note",
        }
    }

    /// What invokes the operation's function.
    #[must_use]
    pub const fn trigger(self) -> Trigger {
        match self {
            Self::TripCancel => Trigger::Http,
            Self::TripNote => Trigger::Event("trip.note"),
            step => Trigger::Task(step.handler_name()),
        }
    }

    /// The operation with that handler setting, if there is one.
    #[must_use]
    pub fn parse(handler_name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.handler_name() == handler_name)
    }

    /// The operation that Lambda's `_HANDLER` selects.
    ///
    /// # Errors
    /// [`StartError`] if it is not set or selects no operation.
    pub fn from_config(config: &Config) -> Result<Self, StartError> {
        config.require(HANDLER)?.parse()
    }
}

impl FromStr for Operation {
    type Err = StartError;

    fn from_str(handler_name: &str) -> Result<Self, StartError> {
        Self::parse(handler_name).ok_or_else(|| StartError::Operation(handler_name.to_owned()))
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.handler_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_selected_by_its_handler_name() {
        for operation in Operation::ALL {
            let config = Config::from_map([(HANDLER, operation.handler_name())]);
            assert_eq!(Operation::from_config(&config).unwrap(), operation);
        }
    }

    #[test]
    fn an_unknown_handler_name_selects_nothing() {
        let config = Config::from_map([(HANDLER, "bootstrap")]);
        let error = Operation::from_config(&config).unwrap_err();
        assert!(error.to_string().contains("\"bootstrap\""), "{error}");
        assert!(Operation::from_config(&Config::default()).is_err());
    }
}
