//! The API gateway of one machine: API Gateway's routes, checks and proxy events over HTTP.
//!
//! `POST /trips` is checked and starts an execution with no function in between. Every other route
//! is turned into the event that a REST API sends to its function, and the function's answer back
//! into a response. Development tokens stand in for the user pool, so a gateway is built for a
//! loopback address only. [`serve`] puts it on a listener.

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
#[cfg(test)]
mod tests;
mod throttle;
mod trace;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use domain::Clock;

pub use cors::{NoOrigin, Origin};
pub use host::check as check_host;
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

/// Why a gateway was not built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} is not a loopback address: whoever reaches this gateway may act as anybody, so it listens on loopback only"
)]
pub struct NotLoopback(pub SocketAddr);

impl Gateway {
    /// A gateway for a listener that is bound to `address`.
    ///
    /// # Errors
    /// [`NotLoopback`] for an address that other machines can reach.
    pub fn new(
        address: SocketAddr,
        executions: Arc<dyn Executions>,
        functions: Arc<dyn Functions>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, NotLoopback> {
        if !address.ip().is_loopback() {
            return Err(NotLoopback(address));
        }
        Ok(Self { executions, functions, clock, settings: Arc::default() })
    }

    /// The same gateway, told how to protect itself.
    #[must_use]
    pub fn with(self, settings: Settings) -> Self {
        Self { settings: Arc::new(settings), ..self }
    }

    /// The API's routes, and the answer where there is none. Routes of others that know no fallback
    /// may be merged in; they stand outside of the gateway's checks, [`check_host`] among them.
    pub fn router(self) -> Router {
        routes::router(self)
    }
}
