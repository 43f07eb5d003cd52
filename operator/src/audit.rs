//! The record of what an operator changed: a line in the log for each action.

use std::fmt::Display;

use super::Installation;

/// The target of these lines, by which a log keeps them whatever its level is.
pub const TARGET: &str = "trip::audit";

/// Records an action on one thing: what was done to what, how that ended, by whom and where.
pub(crate) fn note(at: &Installation, action: &str, subject: impl Display, outcome: impl Display) {
    let operator = &at.operator;
    let stage = at.place().stage().unwrap_or("local");
    tracing::info!(target: TARGET, action, %subject, %outcome, operator, stage, "operator action");
}
