//! What can be wrong with the records of a stream, and what the outbox makes of it.

mod expiry;
mod gap;
mod items;
mod names;
mod poison;
mod poisoned_trips;
mod removals;
mod trimmed;
mod versions;
mod view_type;
