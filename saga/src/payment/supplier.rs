//! The port to the payment provider.

use std::fmt::Debug;

use domain::Money;
use domain::command::{Released, SupplierAnswer};

use crate::supplier::{Call, Pending};

/// A payment provider that holds the customer's means of payment: no credential passes here.
/// Keeps the contract of [`crate::supplier`].
pub trait PaymentProvider: Debug + Send + Sync {
    /// Charges `amount`.
    fn capture<'a>(&'a self, call: &'a Call, amount: Money) -> Pending<'a, SupplierAnswer>;

    /// Voids a charge under the key that was not made yet, refunds one that was, and refuses the
    /// key from now on.
    fn void_or_refund<'a>(&'a self, call: &'a Call) -> Pending<'a, Released>;
}
