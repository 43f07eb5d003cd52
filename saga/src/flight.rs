//! The flight: the first step of a booking, and the last of its compensations.
//!
//! `flight.reserve` holds a seat and begins the trip. A request that breaks a rule is recorded
//! here as a failed trip, so that whoever sent it can read why; no supplier is called for it.
//! Its compensation, `flight.cancel`, runs when everything else is undone, and ends the trip.

mod handler;
mod supplier;

pub(crate) use handler::{cancel, reserve};
pub use supplier::FlightSupplier;
