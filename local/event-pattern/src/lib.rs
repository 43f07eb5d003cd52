//! Event patterns: checked as EventBridge checks them, matched by `quamina`.
//!
//! `quamina` is laxer than EventBridge in what it takes for a pattern, and decides a few forms
//! differently. So nothing reaches it unchecked: a pattern becomes plain alternatives that it
//! decides as EventBridge does, or it is refused.

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
mod wildcard;

pub use event::EventJson;
pub use invalid::{InvalidPattern, Undecided};
pub use library::{Compiled, Library, QuaminaLibrary};
pub use pattern::Pattern;
