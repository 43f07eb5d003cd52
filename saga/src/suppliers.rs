//! The suppliers of one deployment.

use std::sync::Arc;

use crate::sandbox::SandboxSuppliers;
use crate::supplier::{FlightSupplier, HotelSupplier, PaymentProvider};

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
    /// Suppliers whose behaviour no request can set.
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
