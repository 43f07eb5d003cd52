//! The port to the airline.

use std::fmt::Debug;

use domain::FlightDetails;
use domain::command::{Released, SupplierAnswer};

use crate::supplier::{Call, Pending};

/// An airline, or a broker of seats. Keeps the contract of [`crate::supplier`].
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
