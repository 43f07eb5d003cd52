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
/// Search by customer and status.
pub const CUSTOMER_STATUS_DEPARTURE: &str = "customer-status-departure-index";
/// The attribute that holds an item's time to live, in seconds since the epoch.
pub const EXPIRES_AT: &str = "expires_at";

/// The names of the existing tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    /// The write model.
    pub trips: String,
    /// The search view.
    pub search: String,
    /// A second search view beside it, while one takes the place of the other.
    pub shadow: Option<String>,
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
        let (trips, search, sandbox) = (name(&TRIP_SAGA), name(&TRIP_SEARCH), name(&SANDBOX));
        Self { trips, search, shadow: None, sandbox }
    }

    /// Each table's description and its name.
    fn all(&self) -> impl Iterator<Item = (&'static TableSpec, &str)> {
        let Self { trips, search, shadow, sandbox } = self;
        let one = [(&TRIP_SAGA, trips), (&TRIP_SEARCH, search), (&SANDBOX, sandbox)];
        let second = shadow.iter().map(|name| (&TRIP_SEARCH, name));
        one.into_iter().chain(second).map(|(spec, name)| (spec, name.as_str()))
    }
}
