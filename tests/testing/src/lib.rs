//! What the tests of several crates share. It depends on the domain alone, so that each crate's
//! own unit tests can stand on it.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in the functions it calls"
)]

mod booking;
mod clock;
mod generated;
mod rerun;
mod retried;
mod scripted_stream;
mod seed;
mod trips;

pub use booking::Booking;
pub use clock::{FixedClock, ManualClock};
pub use generated::assert_generated;
pub use rerun::rerun;
pub use retried::RETRIED;
pub use scripted_stream::ScriptedStream;
pub use seed::{seed, seeded};
pub use trips::{book, claim, pay, reserve_flight, reserve_hotel, tombstone};
