//! The addresses of the pages.

/// The overview.
pub(crate) const OVERVIEW: &str = "/";
/// The search for trips; a trip is below it under its id.
pub(crate) const TRIPS: &str = "/console/trips";
/// The form that books a trip.
pub(crate) const BOOK: &str = "/console/book";
/// What waits for an operator.
pub(crate) const OPERATIONS: &str = "/console/operations";
/// The bus.
pub(crate) const EVENTS: &str = "/console/events";
