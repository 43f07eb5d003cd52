//! A saga's executions: the state machine as a diagram with the way that was taken, and every
//! attempt on a time line.

mod attempts;
mod diagram;
mod layout;
mod machine;
mod run;

pub(crate) use attempts::attempts;
pub(crate) use diagram::diagram;
pub(crate) use machine::Machine;
pub(crate) use run::Run;
