//! What the resources of an installation are called.

use local::Function;
use local::account::{BOOKING_MACHINE, COMPENSATION_MACHINE, function_arn, machine_arn};
use store::Tables;

/// The names of an installation's resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) trips: String,
    pub(crate) search: String,
    /// ARNs, here and below.
    pub(crate) booking: String,
    pub(crate) compensation: String,
    pub(crate) dispatcher: String,
    pub(crate) projector: String,
}

impl Names {
    /// As `trip up` names them.
    pub(crate) fn local() -> Self {
        let Tables { trips, search, .. } = Tables::default();
        Self {
            trips,
            search,
            booking: machine_arn(BOOKING_MACHINE),
            compensation: machine_arn(COMPENSATION_MACHINE),
            dispatcher: function_arn(&Function::Dispatcher.name()),
            projector: function_arn(&Function::Projector.name()),
        }
    }
}
