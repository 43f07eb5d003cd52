//! The switches for faults, for whoever tests what becomes of a system in which parts fail.

use std::fmt;
use std::sync::Arc;

use event_bus::{Interceptor, NoFaults};
use serde_json::Value;

use crate::function::{Function, InvocationError};

/// Which parts of a system fail on purpose. [`Faults::default`] is none.
#[derive(Clone)]
pub struct Faults {
    /// Calls to the event bus.
    pub bus: Arc<dyn Interceptor>,
    /// Invocations of functions, by the state machines, the mappings and the gateway alike.
    pub invocations: Arc<dyn InvocationFaults>,
}

/// Makes invocations fail. Both methods let everything pass unless they are written otherwise.
pub trait InvocationFaults: Send + Sync {
    /// Asked before a function is invoked. An error here means that it was not.
    fn before(&self, function: Function, payload: &Value) -> Option<InvocationError> {
        let _ = (function, payload);
        None
    }

    /// Asked when a function has answered. An error here means that it has done its work and only
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
