//! What the AWS services of the local runtime work on.

use std::sync::Arc;

use event_bus::EventBus;
use state_machine::Runner;

use crate::consumers::Consumers;
use crate::functions::Functions;

/// The parts of a system behind its services.
#[derive(Clone)]
pub(crate) struct Services {
    pub(crate) bus: EventBus,
    pub(crate) runner: Runner,
    pub(crate) functions: Arc<Functions>,
    pub(crate) consumers: Consumers,
}
