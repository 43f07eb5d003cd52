//! The payment: the last step of a booking, and its pivot.
//!
//! `payment.process` charges the customer of a trip whose flight and hotel are held; its commit
//! confirms the trip, after which the booking only goes forward. Its compensation,
//! `payment.refund`, is the first of all: it voids a charge that may still come, and refunds one
//! that was made.

mod handler;
mod supplier;

pub(crate) use handler::{process, refund};
pub use supplier::PaymentProvider;
