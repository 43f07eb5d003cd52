//! Tests of the local event bus, through its public surface: EventBridge's wire protocol
//! as the real SDK speaks it, and the archive with its subscriptions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod archives;
mod buses;
mod deliveries;
mod delivering;
mod durability;
mod faults;
mod hook;
mod put_events;
mod replays;
mod retention;
mod rules;
mod subscriptions;
mod support;
mod tail;
mod targets;
mod test_event_pattern;
