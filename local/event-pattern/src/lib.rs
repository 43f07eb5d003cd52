//! Event patterns: checked as EventBridge checks them, matched as it matches them.
//!
//! ```
//! use event_pattern::{EventJson, Pattern};
//!
//! let pattern: Pattern = r#"{"detail": {"legs": {"from": ["HND"], "to": ["CTS"]}}}"#.parse()?;
//! let event = r#"{"detail": {"legs": [{"from": "KIX"}, {"from": "HND", "to": "CTS"}]}}"#;
//! assert!(pattern.matches(&EventJson::parse(event)?)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The measure is [`event-ruler`](https://github.com/aws/event-ruler) 2.0.1, the engine behind
//! EventBridge: its verdicts on thousands of patterns and events are a test of this crate. All its
//! forms are served: plain values, `exactly`, `prefix`, `suffix` and `equals-ignore-case` and their
//! combinations, `wildcard`, `anything-but` with values and with operators, `numeric`, `cidr`,
//! `exists`, `$or`, and plain texts that are IP addresses.
//!
//! # How a match is decided
//!
//! A pattern becomes alternatives without `$or`, each a list of fields in the order of their
//! paths. A path is its keys joined by dots, so that a key with a dot is a path. What is written
//! later replaces what is written before at the same path. An event becomes the list of its leaves.
//! An event matches an alternative when each field can pick a leaf at its path such that all picked
//! leaves agree on the elements of arrays that hold them; `exists: false` picks none, and looks
//! only where the fields before it have led.
//!
//! # What is refused by name
//!
//! What that engine refuses is refused with its message and the path. Beyond that,
//! [`InvalidPattern::Unsupported`] names a few patterns that it takes:
//!
//! | pattern | what the engine does with it |
//! |---|---|
//! | text after the end of the pattern | is not read, so that half of a pattern can be lost |
//! | `cidr` with a mask of 0 bits | matches anything, not only addresses |
//! | `equals-ignore-case` with a character above U+FFFF | matches question marks in its place |
//! | `anything-but` with an operator and an empty list | is taken, and fails on every event |
//! | half of a surrogate pair, such as `\ud83d` | is compared as a question mark |
//! | nesting of more than 127 levels | is taken, but other readers of the text stop there |
//!
//! AWS's page on event patterns says that numbers match by how they are written; that engine, and
//! so this crate, compares their values: `300` matches `300.0` and `3e2`.
//!
//! # How much work a pattern may be
//!
//! A pattern has at most 4,096 characters, and 1,000 combinations of `$or` with at most 256 fields
//! each. A wildcard is matched without going back, so that no number of wildcards is too many;
//! EventBridge also limits how complex wildcards may be, by a measure that is not public. A match
//! takes at most a million steps, and is [`Undecided::Work`] beyond: hundreds of combinations, on
//! an event with an array of thousands of objects.

mod address;
mod anything_but;
mod compile;
mod event;
mod expression;
mod form;
mod ignoring_case;
mod invalid;
mod json;
mod keys;
mod leaves;
mod matcher;
mod numeric;
mod operand;
mod pattern;
mod picks;
mod tokens;
mod walk;
mod wildcard;

pub use event::EventJson;
pub use invalid::{InvalidPattern, Undecided};
pub use keys::Keys;
pub use leaves::Event;
pub use pattern::Pattern;
