//! A runner for the part of Amazon States Language that this product uses, with Step Functions'
//! contract around it.
//!
//! [`Definition::load`] reads a state machine strictly. [`Runner`] stores executions in a
//! [`Journal`] and advances them, calls functions through an [`Invoker`] and takes the time from a
//! [`Timer`]. Executions survive the process: when the journal is opened again, running executions
//! continue at their present state. Every step runs at least once.

mod api;
mod data;
#[cfg(test)]
mod decisions;
mod definition;
mod history;
mod interpret;
mod invoker;
mod journal;
mod machine;
mod name;
mod runner;
mod time;
mod timer;

pub use api::{
    ApiError, Description, ExecutionPage, ExecutionSummary, Filter, HistoryOrder, HistoryPage,
    Included, MachineDescription, MachineOfExecution, MachinePage, MachineSummary, Page,
    RedriveStatus, Redriven, Started, Status, Stop, Stopped,
};
pub use definition::{Definition, LoadError, LoadErrors};
pub use history::HistoryEvent;
pub use invoker::{FunctionError, Invocation, Invoker};
pub use journal::{Journal, JournalError};
pub use machine::Machine;
pub use runner::{OpenError, Options, Place, Runner};
pub use timer::{FastTimer, SystemTimer, Timer};
