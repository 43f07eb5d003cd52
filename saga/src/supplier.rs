//! Suppliers: the airline, the hotel and the payment provider, as the steps call them.
//!
//! # The contract of every port
//! - **Idempotent by key.** `reserve` and `capture` take effect at most once under a key, and a
//!   repeat gets the first answer, even if that was a refusal.
//! - **Absorbing.** Once `release` or `void_or_refund` has returned, any reserve or capture under
//!   that key is refused, even if the key was unknown until then. A repeat gets the first answer.
//! - **Honest about doubt.** A call that may or may not have taken effect ends in a
//!   [`SupplierError`], never in a refusal.
//!
//! # Another supplier
//! Implement [`FlightSupplier`], [`HotelSupplier`] and [`PaymentProvider`] for a client of the
//! supplier's API that keeps this contract, and pass them to [`Suppliers::new`] in
//! [`crate::Deps::with_suppliers`]. No other code knows which suppliers there are.

use std::error::Error;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use domain::command::{Released, SupplierAnswer};
use domain::request::Sandbox;
use domain::{Claim, ErrorCode, Failure, FlightDetails, HotelDetails, Money, TripId};

pub use crate::suppliers::Suppliers;

/// A supplier's future answer.
pub type Pending<'a, A> = Pin<Box<dyn Future<Output = Result<A, SupplierError>> + Send + 'a>>;

/// An airline, or a broker of seats. It keeps the contract of [this module](self).
pub trait FlightSupplier: Debug + Send + Sync {
    /// Holds a seat on `flight`.
    fn reserve<'a>(
        &'a self,
        call: &'a Call,
        flight: &'a FlightDetails,
    ) -> Pending<'a, SupplierAnswer>;

    /// Gives back what is held under the key, and refuses it from now on.
    fn release<'a>(&'a self, call: &'a Call) -> Pending<'a, Released>;
}

/// A hotel, or a broker of rooms. It keeps the contract of [this module](self).
pub trait HotelSupplier: Debug + Send + Sync {
    /// Holds a room for `stay`.
    fn reserve<'a>(&'a self, call: &'a Call, stay: &'a HotelDetails)
    -> Pending<'a, SupplierAnswer>;

    /// Gives back what is held under the key, and refuses it from now on.
    fn release<'a>(&'a self, call: &'a Call) -> Pending<'a, Released>;
}

/// A payment provider that holds the customer's means of payment: no credential passes here. It
/// keeps the contract of [this module](self).
pub trait PaymentProvider: Debug + Send + Sync {
    /// Charges `amount`.
    fn capture<'a>(&'a self, call: &'a Call, amount: Money) -> Pending<'a, SupplierAnswer>;

    /// Voids a charge under the key that was not made yet, refunds one that was made, and refuses
    /// the key from now on.
    fn void_or_refund<'a>(&'a self, call: &'a Call) -> Pending<'a, Released>;
}

/// One member of one trip's saga, from the side of its supplier.
#[derive(Clone, Debug)]
pub struct Call {
    /// The idempotency key: the same for every call about this member, and different for every
    /// other saga. Up to 240 visible ASCII characters.
    pub key: String,
    /// The trip, for the supplier's own records.
    pub trip_id: TripId,
    /// What the request asks of sandbox suppliers; other suppliers ignore it.
    pub sandbox: Sandbox,
}

impl Call {
    /// A call about `member` (`flight`, `hotel`, `payment`) for the saga of this claim.
    pub(crate) fn about(member: &str, claim: &Claim, sandbox: Sandbox) -> Self {
        let Claim { trip_id, saga_id, .. } = claim;
        // Neither a member nor a trip id holds a slash, so no two sagas share a key.
        Self { key: format!("{member}/{trip_id}/{saga_id}"), trip_id: trip_id.clone(), sandbox }
    }
}

/// Why a supplier gave no answer. What it did is unknown.
#[derive(Debug, thiserror::Error)]
pub enum SupplierError {
    /// It did not answer in time.
    #[error("the supplier did not answer in time")]
    Timeout,
    /// It could not be reached, or failed.
    #[error("the supplier could not be reached or failed")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl SupplierError {
    /// The stable code to answer with.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Timeout => ErrorCode::SupplierTimeout,
            Self::Unavailable(_) => ErrorCode::SupplierUnavailable,
        }
    }
}

impl From<SupplierError> for Failure {
    fn from(error: SupplierError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn a_key_tells_members_and_sagas_apart() {
        let claim = testing::claim();
        let call = |member| Call::about(member, &claim, Sandbox::default());
        assert_eq!(call("flight").key, "flight/trip-1/trip-1@2026-01-01T00:00:00Z");
        assert_ne!(call("flight").key, call("hotel").key);
    }
}
