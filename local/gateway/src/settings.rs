//! What a gateway is told: how fast it may be called, by whose pages, and how long it waits.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::cors::Origin;

/// How a gateway protects itself, and what is behind it. The default limits no rate and lets no
/// other site's pages in.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How fast it may be called; as fast as the machine allows where absent.
    pub rate: Option<Rate>,
    /// Whose pages a browser may let call it.
    pub cors_origins: Vec<Origin>,
    /// How long it waits, and for how many.
    pub limits: Limits,
}

/// A token bucket, as API Gateway throttles a stage: it holds `burst` requests at most, and gets
/// `per_second` of them back each second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second, on average.
    pub per_second: NonZeroU32,
    /// Requests at once, after a rest.
    pub burst: NonZeroU32,
}

/// How long the gateway waits for clients and for what is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a request line and headers. A connection may be idle for as long between two requests.
    pub head: Duration,
    /// For a body, from its first byte to its last.
    pub body: Duration,
    /// For a function or Step Functions. API Gateway waits 29 seconds.
    pub integration: Duration,
    /// For how long one connection is kept, however busy it is.
    pub lifetime: Duration,
    /// For requests that are under way when the gateway stops.
    pub drain: Duration,
    /// Most connections at a time. Where there is another, the one that has been idle for the
    /// longest gives way; where none is idle, it waits.
    pub connections: usize,
}

impl Limits {
    /// For the API. With [`Limits::SERVICES`] for two ports more it stays below the 1,024 files
    /// that a process may usually open.
    pub const API: Self = Self {
        head: Duration::from_secs(20),
        body: Duration::from_secs(10),
        integration: Duration::from_secs(29),
        lifetime: Duration::from_secs(10 * 60),
        drain: Duration::from_secs(30),
        connections: 256,
    };

    /// For the local AWS services, whose answers may go on for as long as somebody follows them.
    pub const SERVICES: Self = Self { lifetime: Duration::MAX, connections: 64, ..Self::API };
}

impl Default for Limits {
    fn default() -> Self {
        Self::API
    }
}
