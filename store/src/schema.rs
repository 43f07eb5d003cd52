//! The tables: one description, from which this crate and the infrastructure code create them.

mod create;
mod describe;
mod spec;

pub use create::create_all;
pub use describe::describe;
pub use spec::{Index, Projection, SANDBOX, TRIP_SAGA, TRIP_SEARCH, TableSpec};

/// The index of open work.
pub const GSI1: &str = "GSI1";
/// Search by status and month of departure.
pub const STATUS_DEPARTURE: &str = "status-departure-index";
/// Search by customer.
pub const CUSTOMER_DEPARTURE: &str = "customer-departure-index";
/// The attribute that holds an item's time to live, in seconds since the epoch.
pub const EXPIRES_AT: &str = "expires_at";

/// The names of the existing tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    /// The write model.
    pub trips: String,
    /// The search view.
    pub search: String,
    /// The sandbox suppliers' books; absent in production.
    pub sandbox: String,
}

impl Default for Tables {
    fn default() -> Self {
        Self::prefixed("")
    }
}

impl Tables {
    /// The default names, each after `prefix`.
    #[must_use]
    pub fn prefixed(prefix: &str) -> Self {
        let name = |spec: &TableSpec| format!("{prefix}{}", spec.name);
        Self { trips: name(&TRIP_SAGA), search: name(&TRIP_SEARCH), sandbox: name(&SANDBOX) }
    }

    /// Each table's description and its name.
    fn all(&self) -> [(&'static TableSpec, &str); 3] {
        [(&TRIP_SAGA, &self.trips), (&TRIP_SEARCH, &self.search), (&SANDBOX, &self.sandbox)]
    }
}
