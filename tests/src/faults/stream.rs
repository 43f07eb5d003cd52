//! What can go wrong in a stream, in its mapping and in the functions behind it.

mod mapping;
mod outbox;
mod records;
