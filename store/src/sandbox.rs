//! The sandbox suppliers' books: what each supplier did under an idempotency key. All processes
//! share them.
//!
//! This is only the storage; the suppliers decide what they do with a request.

mod ledger;
mod row;

pub use ledger::Ledger;
pub use row::{LedgerRow, LedgerState, Supplier};
