//! The record of what an operator changed: a line in the log for each action, whatever the log's
//! level is.

use std::fmt::Display;

use super::Installation;

/// The target of these lines. It is shown unless `RUST_LOG` says otherwise.
pub(crate) const TARGET: &str = "trip::audit";

/// Records an action on one thing: what was done to what, and how that ended.
pub(crate) fn note(at: &Installation, action: &str, subject: impl Display, outcome: impl Display) {
    let operator = std::env::var("USER").unwrap_or_else(|_| "unknown".to_owned());
    let stage = at.place().stage().unwrap_or("local");
    tracing::info!(target: TARGET, action, %subject, %outcome, operator, stage, "operator action");
}
