//! A runner for the part of Amazon States Language that this product uses, with Step Functions'
//! contract around it.
//!
//! [`Definition::load`] reads a state machine strictly. [`Runner`] keeps executions in a
//! [`Journal`] and moves them forward, calling functions through an [`Invoker`] and taking time
//! from a [`Timer`]. Executions survive the process: what was running goes on at its current state
//! when the journal is opened again. Every step is at-least-once.

mod api;
mod data;
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
    ApiError, Description, ExecutionPage, ExecutionSummary, HistoryOrder, HistoryPage, Included,
    Page, RedriveStatus, Redriven, Started, Status, Stopped,
};
pub use definition::{Definition, LoadError, LoadErrors};
pub use history::HistoryEvent;
pub use invoker::{FunctionError, Invocation, Invoker};
pub use journal::{Journal, JournalError};
pub use machine::Machine;
pub use runner::{OpenError, Options, Runner};
pub use timer::{FastTimer, SystemTimer, Timer};
