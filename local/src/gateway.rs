//! The API gateway of one machine: API Gateway's routes, checks and proxy events over HTTP.
//!
//! `POST /trips` is checked and starts an execution with no function in between. Every other route
//! is turned into the event that a REST API sends to its function, and the function's answer back
//! into a response. Development tokens stand in for the user pool, so a gateway belongs on a
//! loopback address only. [`serve`] puts it on a listener, and [`protect`] puts its checks before
//! others' routes too.

mod access;
mod answer;
mod body;
mod booking;
mod call;
mod cors;
mod head;
mod host;
mod integration;
mod ports;
mod refusal;
mod request_id;
mod routes;
mod server;
mod settings;
mod single;
mod site;
#[cfg(test)]
mod tests;
mod throttle;
mod trace;

use std::sync::Arc;

use axum::{Router, middleware};
use domain::Clock;

pub use cors::{NoOrigin, Origin};
pub use ports::{Executions, Functions, StartError, Started};
pub use server::serve;
pub use settings::{Limits, Rate, Settings};

/// The function behind the reading routes, by its name in [`Functions::invoke`].
pub const QUERY_API: &str = "query-api";
/// The function behind the cancellation, by its name in [`Functions::invoke`].
pub const TRIP_CANCEL: &str = "trip-cancel";

/// What the gateway passes requests on to. Clones share it.
#[derive(Clone)]
pub struct Gateway {
    executions: Arc<dyn Executions>,
    functions: Arc<dyn Functions>,
    clock: Arc<dyn Clock>,
    settings: Arc<Settings>,
}

impl Gateway {
    /// A gateway for a listener that only this machine reaches.
    #[must_use]
    pub fn new(
        executions: Arc<dyn Executions>,
        functions: Arc<dyn Functions>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { executions, functions, clock, settings: Arc::default() }
    }

    /// The same gateway, told how to protect itself.
    #[must_use]
    pub fn with(self, settings: Settings) -> Self {
        Self { settings: Arc::new(settings), ..self }
    }

    /// The API's routes, and the answer where there is none.
    pub fn router(self) -> Router {
        routes::router(self)
    }
}

/// The checks that stand before every route of a local port, since whoever gets past them may act
/// as anybody: the server is called by a loopback name, by no page of another site but those of
/// `origins`, and says so once.
pub fn protect(routes: Router, origins: &[Origin]) -> Router {
    let origins: Arc<[Origin]> = origins.into();
    routes
        .layer(middleware::from_fn_with_state(origins, site::check))
        .layer(middleware::from_fn(host::check))
        .layer(middleware::from_fn(single::check))
}
