//! The gateway over HTTP, before fakes that record what reaches them.

mod bookings;
mod cases;
mod checks;
mod fakes;
mod forwarding;
mod origins;
mod protection;
mod traces;
