//! What can go wrong while a state and its events are committed.

mod reply;
