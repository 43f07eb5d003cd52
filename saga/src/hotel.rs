//! The hotel: the second step of a booking.
//!
//! `hotel.reserve` holds a room for a trip whose flight is held. Its compensation, `hotel.cancel`,
//! runs after the payment is undone and before the flight is.

mod handler;
mod supplier;

pub(crate) use handler::{cancel, reserve};
pub use supplier::HotelSupplier;
