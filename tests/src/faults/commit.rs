//! What can go wrong while a state and its events are committed.

mod clock;
mod conflict;
mod deadline;
mod in_progress;
mod item_identifier;
mod json;
mod limits;
mod race;
mod reasons;
mod reply;
pub(super) mod support;
mod token;
