//! The sandbox suppliers' books: what each did under an idempotency key, shared by all processes.
//!
//! Only the storage is here; what a supplier makes of a request is the supplier's business.

mod ledger;
mod row;

pub use ledger::Ledger;
pub use row::{LedgerRow, LedgerState, Supplier};
