//! The event contract, as `docs/events` states it, against events that a running system published.

mod page;
mod patterns;
mod published;
mod schemas;
mod versions;
