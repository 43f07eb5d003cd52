//! The gateway over HTTP, before fakes that record what reaches them.

mod bookings;
mod checks;
mod fakes;
mod forwarding;
