//! The read side, from proxy event to answer, on tables of its own.

mod access;
mod paging;
mod reading;
mod search;
mod searched;
mod trips;
mod world;
