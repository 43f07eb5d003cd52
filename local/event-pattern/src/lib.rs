//! Event patterns: checked as EventBridge checks them, matched by `quamina`.
//!
//! `quamina` accepts patterns that EventBridge refuses, and decides a few forms differently. So
//! this crate checks every pattern first: it becomes plain alternatives that `quamina` decides as
//! EventBridge does, or it is refused.

mod alternatives;
mod anything_but;
mod cidr;
mod event;
mod expression;
mod invalid;
mod library;
mod matcher;
mod numeric;
mod operand;
mod pattern;
mod tree;

pub use event::EventJson;
pub use invalid::{InvalidPattern, Undecided};
pub use library::{Compiled, Library, QuaminaLibrary};
pub use pattern::Pattern;
