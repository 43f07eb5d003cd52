//! What callers can send, and what others must not see.

mod cursors;
mod dates;
mod ids;
mod limits;
mod live;
mod names;
mod steps;
mod strangers;
