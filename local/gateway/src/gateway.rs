//! The services to which a gateway passes requests.

use std::sync::Arc;

use domain::Clock;
use lambda_kit::spans::Spans;

use crate::ports::{Executions, Functions};
use crate::settings::Settings;

/// The services to which the gateway passes requests, for a listener that only this machine
/// reaches. Clones share them.
#[derive(Clone)]
pub struct Gateway {
    /// Start bookings.
    pub executions: Arc<dyn Executions>,
    /// Answer everything else.
    pub functions: Arc<dyn Functions>,
    /// Tells functions when a request came.
    pub clock: Arc<dyn Clock>,
    /// Where the spans of bookings go, which no function serves.
    pub spans: Spans,
    /// How it protects itself.
    pub settings: Arc<Settings>,
}
