//! The port to the hotel.

use std::fmt::Debug;

use domain::HotelDetails;
use domain::command::{Released, SupplierAnswer};

use crate::supplier::{Call, Pending};

/// A hotel, or a broker of rooms. Keeps the contract of [`crate::supplier`].
pub trait HotelSupplier: Debug + Send + Sync {
    /// Holds a room for `stay`.
    fn reserve<'a>(&'a self, call: &'a Call, stay: &'a HotelDetails)
    -> Pending<'a, SupplierAnswer>;

    /// Gives back what is held under the key, and refuses it from now on.
    fn release<'a>(&'a self, call: &'a Call) -> Pending<'a, Released>;
}
