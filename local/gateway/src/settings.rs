//! The settings of a gateway: how fast it may be called, by which pages, and how long it waits.

use std::num::NonZeroU32;
use std::time::Duration;

use lambda_kit::http::cors::Origin;

/// How a gateway protects itself and the services behind it. The default has no rate limit and
/// allows no other site's pages.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The rate limit; none if absent.
    pub rate: Option<Rate>,
    /// The sites whose pages a browser may let call it.
    pub cors_origins: Vec<Origin>,
    /// How long it waits, and for how many connections.
    pub limits: Limits,
}

/// A token bucket, as API Gateway throttles a stage: it holds `burst` requests at most, and regains
/// `per_second` of them each second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second, on average.
    pub per_second: NonZeroU32,
    /// Requests at once, after a pause.
    pub burst: NonZeroU32,
}

/// How long the gateway waits for clients and for the services behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a request line and headers. A connection may be idle for the same time between two
    /// requests.
    pub head: Duration,
    /// For a body, from its first byte to its last.
    pub body: Duration,
    /// For a function or Step Functions. API Gateway waits 29 seconds.
    pub integration: Duration,
    /// The longest lifetime of a connection, however busy it is.
    pub lifetime: Duration,
    /// For requests in flight when the gateway stops.
    pub drain: Duration,
    /// Most connections at a time. For another one, the connection that has been idle longest gives
    /// way; if none is idle, the new one waits.
    pub connections: usize,
}

impl Limits {
    /// For the API. Together with [`Limits::SERVICES`] for two more ports it stays below the 1,024
    /// files that a process may usually open.
    pub const API: Self = Self {
        head: Duration::from_secs(20),
        body: Duration::from_secs(10),
        integration: Duration::from_secs(29),
        lifetime: Duration::from_secs(10 * 60),
        drain: Duration::from_secs(30),
        connections: 256,
    };

    /// For the local AWS services, whose answers may last as long as a client follows them.
    pub const SERVICES: Self = Self { lifetime: Duration::MAX, connections: 64, ..Self::API };
}

impl Default for Limits {
    fn default() -> Self {
        Self::API
    }
}
