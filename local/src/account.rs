//! The account and region of the local runtime, and the names and ARNs of its resources.

use operator::Names;
use store::Tables;

use crate::function::Function;

/// The account in every ARN.
pub const ACCOUNT: &str = "000000000000";
/// The region in every ARN, and of every client.
pub const REGION: &str = "us-east-1";
/// The name of the ordered bus.
pub const ORDERED_BUS: &str = "trip-saga";
/// The state machine that books a trip.
pub const BOOKING_MACHINE: &str = "trip-booking";
/// The state machine that undoes a trip.
pub const COMPENSATION_MACHINE: &str = "trip-compensation";

/// The ARN of a function.
#[must_use]
pub fn function_arn(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
}

/// The ARN of the ordered bus.
#[must_use]
pub fn ordered_bus_arn() -> String {
    format!("arn:aws:events:{REGION}:{ACCOUNT}:event-busv2/{ORDERED_BUS}/local00000000000000000000")
}

/// The ARN of a state machine.
#[must_use]
pub fn machine_arn(name: &str) -> String {
    format!("arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}")
}

/// The ARN of an execution of a state machine.
#[must_use]
pub fn execution_arn(machine: &str, name: &str) -> String {
    format!("arn:aws:states:{REGION}:{ACCOUNT}:execution:{machine}:{name}")
}

/// What an operator calls its resources by, with these tables.
#[must_use]
pub fn names(tables: Tables) -> Names {
    let Tables { trips, search, .. } = tables;
    Names {
        trips,
        search,
        booking: machine_arn(BOOKING_MACHINE),
        compensation: machine_arn(COMPENSATION_MACHINE),
        dispatcher: function_arn(&Function::Dispatcher.name()),
        projector: function_arn(&Function::Projector.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordered_bus_ends_with_an_id_as_long_as_those_of_aws() {
        assert_eq!(ordered_bus_arn().rsplit('/').next().map(str::len), Some(25));
    }
}
