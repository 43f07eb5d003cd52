//! The switches for faults, to test a system in which parts fail.

use std::fmt;
use std::sync::Arc;

use event_bus::{Interceptor, NoFaults};
use serde_json::Value;

use crate::function::{Function, InvocationError};

/// Which parts of a system fail on purpose. [`Faults::default`] means no faults.
#[derive(Clone)]
pub struct Faults {
    /// Calls to the event bus.
    pub bus: Arc<dyn Interceptor>,
    /// Invocations of functions, by the state machines, the mappings and the gateway.
    pub invocations: Arc<dyn InvocationFaults>,
}

/// Makes invocations fail. By default both methods let everything pass.
pub trait InvocationFaults: Send + Sync {
    /// Called before a function is invoked. An error here means that it was not invoked. The
    /// payload is null in place of a batch of stream records.
    fn before(&self, function: Function, payload: &Value) -> Option<InvocationError> {
        let _ = (function, payload);
        None
    }

    /// Called when a function has answered. An error here means that it has done its work and only
    /// its answer is lost.
    fn after(
        &self,
        function: Function,
        answer: &Result<Value, InvocationError>,
    ) -> Option<InvocationError> {
        let _ = (function, answer);
        None
    }
}

impl InvocationFaults for NoFaults {}

impl Default for Faults {
    fn default() -> Self {
        Self { bus: Arc::new(NoFaults), invocations: Arc::new(NoFaults) }
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").finish_non_exhaustive()
    }
}
