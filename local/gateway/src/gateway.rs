//! The services to which a gateway passes requests.

use std::sync::Arc;

use domain::Clock;

use crate::ports::{Executions, Functions};
use crate::settings::Settings;

/// The services to which the gateway passes requests. Clones share them.
#[derive(Clone)]
pub struct Gateway {
    pub(crate) executions: Arc<dyn Executions>,
    pub(crate) functions: Arc<dyn Functions>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Arc<Settings>,
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

    /// The same gateway with other settings for its protection.
    #[must_use]
    pub fn with(self, settings: Settings) -> Self {
        Self { settings: Arc::new(settings), ..self }
    }
}
