//! The event contract, as `docs/events` states it, against events that a running system published.

mod published;
mod schemas;
mod versions;
