//! The gateway over HTTP, with fakes that record their calls.

mod bookings;
mod cases;
mod checks;
mod fakes;
mod forwarding;
mod origins;
mod protection;
mod traces;
