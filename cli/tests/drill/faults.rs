//! What can be made to fail, until it is mended.

use std::sync::{Arc, Mutex};

use event_bus::{Entry, EntryFailure, Interceptor};
use local::{Faults, Function, InvocationError, InvocationFaults};
use serde_json::Value;

/// The faults of a system. Clones are the same faults.
#[derive(Clone, Default)]
pub(crate) struct Broken(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    functions: Vec<Function>,
    refused_type: Option<String>,
}

impl Broken {
    /// Invocations of this function fail too, in a way that no state machine tries again.
    pub(crate) fn function(&self, function: Function) {
        self.0.lock().unwrap().functions.push(function);
    }

    /// The bus refuses events of this type for good.
    pub(crate) fn bus_refuses(&self, event_type: &str) {
        self.0.lock().unwrap().refused_type = Some(event_type.to_owned());
    }

    /// Nothing fails any more.
    pub(crate) fn mend(&self) {
        *self.0.lock().unwrap() = State::default();
    }

    pub(crate) fn faults(&self) -> Faults {
        Faults { bus: Arc::new(self.clone()), invocations: Arc::new(self.clone()) }
    }
}

impl InvocationFaults for Broken {
    fn before(&self, function: Function, _: &Value) -> Option<InvocationError> {
        let is_broken = self.0.lock().unwrap().functions.contains(&function);
        is_broken.then(|| InvocationError {
            error_type: "Runtime.Broken".to_owned(),
            message: "the drill has broken this function".to_owned(),
        })
    }
}

impl Interceptor for Broken {
    fn entry(&self, entry: &Entry) -> Option<EntryFailure> {
        let refused = self.0.lock().unwrap().refused_type.clone();
        let is_refused = refused.is_some() && entry.detail_type == refused;
        is_refused.then(|| EntryFailure::new("InvalidArgument", "the drill refuses this type"))
    }
}
