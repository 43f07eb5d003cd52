//! What can go wrong between the bus and the dispatcher.

mod answers;
mod deadlines;
mod limits;
mod marks;
mod ordered;
mod outage;
mod rules;
mod silence;
mod sizes;
mod stubborn;
pub(in crate::faults) mod support;
pub(in crate::faults) mod wire;
