//! What can go wrong in a stream, in its mapping and in the functions behind it.

mod outbox;
mod records;
