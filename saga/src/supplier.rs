//! Suppliers: the airline, the hotel and the payment provider, as the steps call them.
//!
//! # The contract of every port
//! - **Idempotent by key.** `reserve` and `capture` take effect at most once under a key, and a
//!   repeat gets the first answer, also where that was a refusal.
//! - **Absorbing.** Once `release` or `void_or_refund` has returned, any reserve or capture under
//!   that key is refused, also where the key was unknown until then. A repeat gets the first
//!   answer.
//! - **Honest about doubt.** A call that may or may not have taken effect ends in a
//!   [`SupplierError`], never in a refusal.
//!
//! # Another supplier
//! Implement [`FlightSupplier`], [`HotelSupplier`] and [`PaymentProvider`] for a client of the
//! supplier's API that keeps this contract, and give them to [`Suppliers::new`] in
//! [`crate::Deps::with_suppliers`]. Nothing else knows which suppliers there are.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use domain::request::Sandbox;
use domain::{Claim, ErrorCode, Failure, TripId};

use crate::sandbox::SandboxSuppliers;

pub use crate::flight::FlightSupplier;
pub use crate::hotel::HotelSupplier;
pub use crate::payment::PaymentProvider;

/// A supplier's answer, still to come.
pub type Pending<'a, A> = Pin<Box<dyn Future<Output = Result<A, SupplierError>> + Send + 'a>>;

/// One member of one trip's saga, towards its supplier.
#[derive(Clone, Debug)]
pub struct Call {
    /// The idempotency key: the same for every call about this member, and no other saga's.
    /// Up to 240 visible ASCII characters.
    pub key: String,
    /// The trip, for the supplier's own records.
    pub trip_id: TripId,
    /// What the request asks of sandbox suppliers; any other ignores it.
    pub sandbox: Sandbox,
}

impl Call {
    /// A call about `member` (`flight`, `hotel`, `payment`) for the saga that speaks.
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

/// The suppliers of one deployment. Clones share them.
#[derive(Clone, Debug)]
pub struct Suppliers {
    pub(crate) flight: Arc<dyn FlightSupplier>,
    pub(crate) hotel: Arc<dyn HotelSupplier>,
    pub(crate) payment: Arc<dyn PaymentProvider>,
    /// Whether a request may say how they behave.
    pub(crate) are_sandbox: bool,
}

impl Suppliers {
    /// Suppliers that no request may tell how to behave.
    #[must_use]
    pub fn new(
        flight: Arc<dyn FlightSupplier>,
        hotel: Arc<dyn HotelSupplier>,
        payment: Arc<dyn PaymentProvider>,
    ) -> Self {
        Self { flight, hotel, payment, are_sandbox: false }
    }

    /// The sandbox suppliers, which behave as the request's `sandbox` object asks.
    #[must_use]
    pub fn sandbox(sandbox: SandboxSuppliers) -> Self {
        let sandbox = Arc::new(sandbox);
        Self { are_sandbox: true, ..Self::new(sandbox.clone(), sandbox.clone(), sandbox) }
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
